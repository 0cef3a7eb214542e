#pragma once
// The farm's scheduler in virtual time: engines that work and messages that travel, without either.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <numeric>
#include <queue>
#include <vector>

#include "policy/scheduler.hpp"

namespace imbalance {

/// What the simulated farm costs beside the tasks.
struct Costs {
  double latency_ns = 2000;   ///< of a message, one way
  double overhead_ns = 1000;  ///< of a chunk on its engine
};

struct Outcome {
  double makespan = 0;  ///< from the submission to the last result at the hub
  std::size_t chunks = 0;
};

/// One map of tasks with these run times on so many engines. `slowness` stretches all that an
/// engine runs, engine by engine; empty: none is slow.
class Simulation {
 public:
  Simulation(const std::vector<double>& times, std::size_t engines, Costs costs = {},
             std::vector<double> slowness = {})
      : costs_(costs), slowness_(std::move(slowness)), scheduler_(ids(engines)), engines_(engines) {
    ends_.reserve(times.size() + 1);
    ends_.push_back(0);
    for (const double time : times) ends_.push_back(ends_.back() + time);
    slowness_.resize(engines, 1.0);
  }

  /// May be called again: the scheduler keeps what it has learnt.
  Outcome run(const farm::TaskOptions& options) {
    outcome_ = {};
    const double start = now_;
    farm::policy::Submit map;
    map.items = ends_.size() - 1;
    map.bytes_per_item = 8;
    map.route = ++maps_;
    map.options = &options;
    obey(submit(scheduler_, map));
    while (!events_.empty()) step(scheduler_);
    outcome_.makespan = now_ - start;
    return outcome_;
  }

 private:
  using Ticket = farm::policy::Ticket;
  enum class Kind { arrive, end, done, retract, returned };
  struct Event {
    double at;
    std::uint64_t order;  // what happens at one time happens in the order in which it was planned
    Kind kind;
    std::size_t engine;
    Ticket ticket;
    double run;
    friend bool operator<(const Event& a, const Event& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  struct Waiting {
    Ticket ticket;
    double run;
  };
  struct Engine {
    std::deque<Waiting> chunks;  // the first one runs
  };

  static std::vector<farm::EngineId> ids(std::size_t engines) {
    std::vector<farm::EngineId> ids;
    for (std::size_t rank = 1; rank <= engines; ++rank) ids.emplace_back(static_cast<int>(rank));
    return ids;
  }

  std::int64_t moment() const { return static_cast<std::int64_t>(now_); }

  // Events take the time where the scheduler wants to know it.
  template <class Scheduler>
  const farm::policy::Actions& submit(Scheduler& scheduler, const farm::policy::Submit& map) {
    if constexpr (requires { scheduler.submit(map, moment()); }) {
      return scheduler.submit(map, moment());
    } else {
      return scheduler.submit(map);
    }
  }
  template <class Scheduler>
  const farm::policy::Actions& finish(Scheduler& scheduler, Ticket ticket, double run) {
    const auto run_ns = static_cast<std::int64_t>(run);
    if constexpr (requires { scheduler.finish(ticket, run_ns, 8, moment()); }) {
      return scheduler.finish(ticket, run_ns, 8, moment());
    } else {
      return scheduler.finish(ticket, run_ns, 8);
    }
  }

  void plan(double after, Kind kind, std::size_t engine, Ticket ticket, double run = 0) {
    events_.push({now_ + after, ++planned_, kind, engine, ticket, run});
  }

  template <class Actions>
  void obey(const Actions& actions) {
    for (const auto& [ticket, flight] : actions.dispatches) {
      const auto engine = static_cast<std::size_t>(flight.engine.rank()) - 1;
      const double work = ends_[flight.first + flight.count] - ends_[flight.first];
      plan(costs_.latency_ns, Kind::arrive, engine, ticket,
           slowness_[engine] * (costs_.overhead_ns + work));
      ++outcome_.chunks;
    }
    if constexpr (requires { actions.retracts; }) {
      for (const Ticket ticket : actions.retracts) {
        const auto engine = static_cast<std::size_t>(scheduler_.flight(ticket)->engine.rank()) - 1;
        plan(costs_.latency_ns, Kind::retract, engine, ticket);
      }
    }
  }

  void start(std::size_t engine) {
    if (engines_[engine].chunks.empty()) return;
    const Waiting& first = engines_[engine].chunks.front();
    plan(first.run, Kind::end, engine, first.ticket, first.run);
  }

  template <class Scheduler>
  void step(Scheduler& scheduler) {
    const Event event = events_.top();
    if constexpr (requires { scheduler.next_time(); }) {
      if (const auto due = scheduler.next_time(); due && static_cast<double>(*due) < event.at) {
        now_ = std::max(now_, static_cast<double>(*due));
        obey(scheduler.expire(*due));
        return;
      }
    }
    events_.pop();
    now_ = event.at;
    std::deque<Waiting>& chunks = engines_[event.engine].chunks;
    switch (event.kind) {
      case Kind::arrive:
        chunks.push_back({event.ticket, event.run});
        if (chunks.size() == 1) start(event.engine);
        break;
      case Kind::end:
        chunks.pop_front();
        plan(costs_.latency_ns, Kind::done, event.engine, event.ticket, event.run);
        start(event.engine);
        break;
      case Kind::done:
        obey(finish(scheduler, event.ticket, event.run));
        break;
      case Kind::retract:
        for (auto at = chunks.begin(); at != chunks.end(); ++at) {
          if (at == chunks.begin() || at->ticket != event.ticket) continue;
          chunks.erase(at);
          plan(costs_.latency_ns, Kind::returned, event.engine, event.ticket);
          break;
        }
        break;
      case Kind::returned:
        if constexpr (requires { scheduler.returned(event.ticket, moment()); }) {
          obey(scheduler.returned(event.ticket, moment()));
        }
        break;
    }
  }

  Costs costs_;
  std::vector<double> slowness_;
  farm::policy::Scheduler scheduler_;
  std::vector<Engine> engines_;
  std::vector<double> ends_;  // sums of the run times
  std::priority_queue<Event> events_;
  std::uint64_t planned_ = 0;
  std::uint64_t maps_ = 0;
  double now_ = 0;
  Outcome outcome_;
};

}  // namespace imbalance
