#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "hub/batch.hpp"
#include "policy/scheduler.hpp"

namespace farm::hub {

/// A task that several engines run together.
struct GangRun {
  policy::BatchNumber batch = 0;
  std::uint64_t place = 0;  ///< of the item in the scheduler's order
  std::uint32_t attempt = 1;
  std::uint32_t deaths = 0;  ///< attempts before this one that engines' deaths ended
  std::uint32_t group = 0;
  std::vector<policy::Ticket> tickets;  ///< in rank order
  std::size_t left = 0;                 ///< ranks that have not answered
  bool failed = false;
  bool broken = false;                  ///< a rank is gone
  EngineId lost;                        ///< the first such
  Record record;                        ///< of rank 0, or of the rank that failed first
  Bytes bytes;                          ///< rank 0's result, or that rank's error
  std::int64_t failed_at = 0;           ///< when the hub heard of it
  std::vector<policy::Ticket> natives;  ///< ranks that are in MPI's own hands
};

/// The gangs that run, found by the tickets of their ranks.
class Gangs {
 public:
  bool empty() const { return by_ticket_.empty(); }
  std::uint32_t add(GangRun run) {
    const std::uint32_t number = ++last_;
    for (const policy::Ticket ticket : run.tickets) by_ticket_[ticket] = number;
    runs_.emplace(number, std::move(run));
    return number;
  }
  /// 0: the ticket is of no gang.
  std::uint32_t number_of(policy::Ticket ticket) const {
    const auto found = by_ticket_.find(ticket);
    return found == by_ticket_.end() ? 0 : found->second;
  }
  GangRun& operator[](std::uint32_t number) { return runs_.at(number); }
  /// The rank has answered.
  void drop(policy::Ticket ticket) { by_ticket_.erase(ticket); }
  void erase(std::uint32_t number) {
    for (const policy::Ticket ticket : runs_.at(number).tickets) {
      if (number_of(ticket) == number) by_ticket_.erase(ticket);
    }
    runs_.erase(number);
  }
  std::vector<std::uint32_t> numbers() const {
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, run] : runs_) numbers.push_back(number);
    return numbers;
  }

 private:
  std::unordered_map<policy::Ticket, std::uint32_t> by_ticket_;
  std::unordered_map<std::uint32_t, GangRun> runs_;
  std::uint32_t last_ = 0;
};

}  // namespace farm::hub
