#pragma once

#include <cstdint>

#include "farm/bytes.hpp"
#include "farm/detail/kernel_entry.hpp"
#include "records/digest.hpp"
#include "records/schema.hpp"

namespace farm::records {

/// What the hub tells the writer, in memory: an Entry, its bytes, and padding to 8.
struct Entry {
  enum class Kind : std::uint8_t {
    call,         ///< bytes: a Called, then the label
    resumed,      ///< a recorded call was submitted again; what did not end well is set aside
    erased,       ///< a recorded call is replaced: it goes, with all that came of it
    done,         ///< bytes: the results
    failed,       ///< bytes: an encoded failure
    aborted,      ///< no bytes
    tried,        ///< an attempt that is made again; bytes: an encoded failure
    output,       ///< bytes: stdout, then stderr; `count` is the size of the first
    resubmitted,  ///< `count` is the id of the new task
  };

  Kind kind = Kind::done;
  std::uint32_t attempt = 0;
  std::uint64_t size = 0;  ///< of the bytes
  std::uint64_t task = 0;  ///< the first of them
  std::uint64_t count = 1;
  std::int64_t started = 0;  ///< this and the next two: ns of the hub's clock
  std::int64_t completed = 0;
  std::int64_t received = 0;
  std::int32_t engine = -1;
};

/// A call as its entry carries it.
struct Called {
  CallKind kind = CallKind::balanced;
  bool placed = false;    ///< whether it has a sequence number
  bool recalled = false;  ///< whether the next run may recall it
  std::uint32_t result_size = 0;
  std::uint64_t share = 0;  ///< place_of
  std::uint64_t sequence = 0;
  std::int64_t submitted = 0;
  const detail::KernelEntry* kernel = nullptr;
  Digest digest;
};

/// A share and a stream in it, as one number.
constexpr std::uint64_t place_of(std::uint32_t share, std::uint32_t stream) {
  return share | static_cast<std::uint64_t>(stream) << 32;
}

constexpr std::size_t padded(std::size_t size) { return (size + 7) & ~std::size_t{7}; }

}  // namespace farm::records
