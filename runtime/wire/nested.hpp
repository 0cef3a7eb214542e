#pragma once

/// The headers of the frames by which kernels submit tasks; frames.hpp says what they mean.

#include <compare>
#include <cstdint>

#include "farm/types.hpp"
#include "wire/kinds.hpp"

namespace farm::wire {

/// The depth of direct calls.
inline constexpr std::uint32_t any_depth = 0xffffffff;
/// The depth of a task that a kernel submits is below this.
inline constexpr std::uint32_t depth_limit = 0xffff;

/// Of these many schemes of chunking, number n is written as `first_scheme` - n.
inline constexpr std::int64_t chunk_schemes = 8;
inline constexpr std::int64_t first_scheme = -2;

/// The options of a Spawn; -1, or below 0, is what `automatic` or nothing is in TaskOptions.
struct SpawnOptions {
  std::int64_t chunk = -1;
  std::int64_t hwm = -1;
  double backoff = 0;
  double timeout = -1;
  double run_limit = -1;
  double weight = 1;
  std::int32_t priority = 0;
  std::int32_t retries = 0;
  std::uint8_t scheme = 0;
  std::uint8_t order = 0;
  bool isolated = false;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a pointer in the 0 behind <=>.
  friend auto operator<=>(const SpawnOptions&, const SpawnOptions&) = default;
};

struct Spawn {
  static constexpr Kind kind = Kind::spawn;
  std::uint32_t number = 0;  ///< given by the engine, never twice
  std::uint32_t ticket = 0;  ///< the chunk that submits it
  std::uint32_t depth = 0;   ///< of the new tasks
  std::uint32_t kernel = 0;
  std::uint32_t common = 0;  ///< 0: none
  std::uint32_t item_size = 0;
  std::uint64_t common_size = 0;
  std::uint64_t count = 0;
  SpawnOptions options;
};

struct Waits {
  static constexpr Kind kind = Kind::waits;
  std::uint32_t turn = 0;
  std::uint32_t depth = 0;
};

struct Cancel {
  static constexpr Kind kind = Kind::cancel;
  bool stop = false;
  std::uint32_t number = 0;
};

struct Release {
  static constexpr Kind kind = Kind::release;
  bool noticed = false;
  std::uint32_t number = 0;
};

struct Accepted {
  static constexpr Kind kind = Kind::accepted;
  std::uint32_t number = 0;
  TaskId first{};
};

/// How items of a Spawn have ended: each with its result, cancelled, or all with one error.
enum class Ended : std::uint8_t { with_results, cancelled, with_one_error };

struct Settled {
  static constexpr Kind kind = Kind::settled;
  Ended ended = Ended::with_results;
  std::uint8_t attempt = 0;
  std::uint8_t host_size = 0;
  std::uint32_t number = 0;
  std::uint64_t first = 0;
  std::int64_t age = 0;  ///< ns since they ended
  std::int64_t run = 0;  ///< ns that they took together
  std::uint32_t count = 0;
  std::int32_t engine = 0;
  std::uint32_t item_size = 0;
};

struct Cancelled {
  static constexpr Kind kind = Kind::cancelled;
  std::uint32_t number = 0;
  std::uint64_t count = 0;
};

}  // namespace farm::wire
