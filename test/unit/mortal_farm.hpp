#pragma once

#include <string>

#include "loopback_farm.hpp"

namespace unit {

/// A farm of which engines can die: one that does is not moved any more.
class MortalFarm : public LoopbackFarm {
 public:
  using LoopbackFarm::LoopbackFarm;

  void kill(int rank) {
    servers[static_cast<std::size_t>(rank) - 1].reset();
    deaths.add(rank);
    hub->lose(rank, "its process has ended");
  }
  bool lives(int rank) const { return servers[static_cast<std::size_t>(rank) - 1] != nullptr; }
  /// What the engine would answer for its oldest chunk, which is of this batch; the results follow.
  farm::wire::Done answer_of(const farm::hub::Batch& batch, int rank) const {
    const auto held = hub->scheduler().held_by(rank);
    REQUIRE_FALSE(held.empty());
    farm::wire::Done done;
    done.attempt = static_cast<std::uint16_t>(held[0].flight.attempt);
    done.ticket = held[0].ticket;
    done.first = farm::TaskId{number(batch.first) + held[0].flight.first};
    done.count = static_cast<std::uint32_t>(held[0].flight.count);
    done.item_size = sizeof(int);
    return done;
  }
  /// As if this engine answered so, with this result.
  void answer(int rank, const farm::wire::Done& done, int value) {
    forge(rank, done, std::as_bytes(std::span(&value, 1)));
  }
};

inline farm::TaskOptions chunks_of(int chunk, int hwm) {
  farm::TaskOptions options;
  options.chunk = chunk;
  options.hwm = hwm;
  return options;
}

/// The item has failed in this way, with these words.
inline void check_fault(farm::hub::Batch& batch, std::uint64_t i, farm::detail::Fault fault,
                        const std::string& words) {
  const farm::detail::FailureRecord failure = LoopbackFarm::failure(batch, i);
  CHECK(failure.fault == fault);
  CHECK_THAT(failure.message, Catch::Contains(words));
}

}  // namespace unit
