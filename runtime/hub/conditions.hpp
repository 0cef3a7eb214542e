#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "farm/detail/session.hpp"
#include "hub/commons.hpp"
#include "transport/transport.hpp"

namespace farm::hub {

/// Predicates that engines must meet to run some tasks: each travels to an engine once, before the
/// first task that names it, and is known there for the rest of the run.
class Conditions {
 public:
  Conditions(transport::Transport& transport, Commons& commons)
      : transport_(&transport), commons_(&commons) {}

  /// The number of a requirement; 0 for none.
  std::uint32_t number_of(const detail::Requirement* requirement);
  /// Sends the predicate to the engine if it does not know it yet.
  void bring(std::uint32_t number, transport::Peer peer);

 private:
  struct Entry {
    std::uint32_t kernel = 0;
    std::uint32_t common = 0;
    std::vector<bool> sent;  // by peer
  };

  transport::Transport* transport_;
  Commons* commons_;
  std::vector<Entry> entries_;  // number n stands at n - 1
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers_;
};

}  // namespace farm::hub
