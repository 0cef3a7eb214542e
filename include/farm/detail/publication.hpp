#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <typeinfo>

#include "farm/bytes.hpp"
#include "farm/task_output.hpp"

namespace farm::detail {

/// What a kernel publishes: a value, or how far it is.
struct Publication {
  bool progress = false;
  double fraction = 0;     ///< of a progress
  std::string name;        ///< of a value; may be empty
  std::uint64_t type = 0;  ///< type_mark of the value
  Bytes value;             ///< packed; of a progress: its text
};

/// Takes it to the hub. Called by the thread that runs the kernel.
using Publish = std::function<void(Publication&&)>;
/// The same of what it prints.
using Print = std::function<void(Stream stream, std::string_view text)>;

/// Equal for equal types, on all ranks of one binary.
template <class T>
std::uint64_t type_mark() {
  std::uint64_t mark = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : std::string_view(typeid(T).name())) {
    mark = (mark ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return mark;
}

}  // namespace farm::detail
