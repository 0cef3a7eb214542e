#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "farm/types.hpp"

namespace farm::engine {

/// What an engine tells its sandbox: this, and behind it the numbers of common arguments that are
/// not needed any more (4 bytes each), the common arguments if the sandbox has them not yet, the
/// items in the form that detail::ItemsView reads, and the list of a wire::Tasks. The sandbox runs
/// items `from` to `count` and answers each, as soon as it has ended, with a ItemAnswer and the
/// bytes of the result or of the error. Its mark is the item that it has begun last, counted from
/// 1. Both are one program on one host, so that numbers stand as they are.
struct SandboxOrder {
  // The engine, which is known only after the sandbox was made.
  std::int32_t engine = 0;
  std::int32_t engines = 0;
  std::uint64_t seed = 0;
  std::int32_t looks = 0;  // for SandboxChild::look

  std::int32_t attempt = 1;
  std::int64_t limit = 0;  // ns; 0: none
  TaskId first{};
  std::uint32_t kernel = 0;
  std::uint32_t common = 0;  // 0: none
  std::uint32_t from = 0;
  std::uint32_t count = 0;
  std::uint64_t item_size = 0;
  std::uint64_t forgotten = 0;  // how many numbers
  std::uint64_t common_size = 0;
  std::uint64_t items_size = 0;
  std::uint64_t list_size = 0;
  bool brings_common = false;
};

struct ItemAnswer {
  std::uint64_t size = 0;
  std::uint64_t failed = 0;
};

/// What an engine may ask of its sandbox while that works.
enum class SandboxRequest : std::uint32_t { nothing, stop };

}  // namespace farm::engine
