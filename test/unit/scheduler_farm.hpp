#pragma once
// A farm in virtual time: engines that work and messages that travel, without either.

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <vector>

#include "scheduler_bed.hpp"

namespace unit {

/// Engines that run one chunk after the other and give back, if they are asked, what has not begun.
class VirtualFarm {
 public:
  static constexpr farm::policy::Moment latency_ns = 2000;   // one way
  static constexpr farm::policy::Moment overhead_ns = 1000;  // of a chunk on its engine
  using RunTime = std::function<double(const farm::policy::Flight&)>;

  VirtualFarm(int engines, RunTime run_ns, const SchedulerBed::Setup& setup = {})
      : bed(engines, setup), run_ns_(std::move(run_ns)), engines_(engines + 1) {}

  /// Until nothing is left, or so long.
  void run(farm::policy::Moment until = farm::policy::Moment{1} << 62) {
    send();
    while (true) {
      const auto timer = bed.scheduler().next_time();
      const bool event = !events_.empty() && (!timer || events_.top().at <= *timer);
      if (!event && !timer) return;
      const farm::policy::Moment at = event ? events_.top().at : std::max(*timer, bed.now());
      if (at > until) return;
      bed.advance(std::max<farm::policy::Moment>(at - bed.now(), 0));
      if (!event) {
        bed.expire();
      } else {
        const Event next = events_.top();
        events_.pop();
        if (!happen(next)) continue;
      }
      send();
      if (after) after();
    }
  }
  /// What the last event sent goes on its way.
  void send() {
    for (const farm::policy::Dispatch& dispatch : bed.sent()) {
      add(dispatch.flight.engine, dispatch);
    }
    for (const farm::policy::Ticket ticket : bed.asked()) {
      const auto* flight = bed.scheduler().flight(ticket);
      events_.push({bed.now() + latency_ns, Kind::ask, ticket, flight->engine.rank()});
    }
  }

  SchedulerBed bed;
  std::map<std::uint32_t, double> time_of;                       // engine time by kernel or share
  std::function<std::uint32_t(const farm::policy::Flight&)> of;  // whose time it is
  std::function<void()> after;                                   // called after every event
  double last_finish = 0;
  std::size_t chunks = 0;

 private:
  enum class Kind { arrive, done, ask, back };
  struct Event {
    farm::policy::Moment at = 0;
    Kind kind = Kind::arrive;
    farm::policy::Ticket ticket = 0;
    int engine = 0;
    double run = 0;
    friend bool operator<(const Event& a, const Event& b) { return a.at > b.at; }
  };
  struct Engine {
    std::deque<farm::policy::Dispatch> queue;
    bool busy = false;
  };

  void add(farm::EngineId engine, const farm::policy::Dispatch& dispatch) {
    ++chunks;
    dispatched_[dispatch.ticket] = dispatch;
    events_.push({bed.now() + latency_ns, Kind::arrive, dispatch.ticket, engine.rank()});
  }
  void start(int rank) {
    Engine& engine = engines_[static_cast<std::size_t>(rank)];
    if (engine.busy || engine.queue.empty()) return;
    engine.busy = true;
    const farm::policy::Dispatch next = engine.queue.front();
    engine.queue.pop_front();
    const double run = run_ns_(next.flight) + static_cast<double>(overhead_ns);
    if (of) time_of[of(next.flight)] += run;
    events_.push(
        {bed.now() + static_cast<farm::policy::Moment>(run), Kind::done, next.ticket, rank, run});
  }
  // Returns whether the scheduler was told something.
  bool happen(const Event& event) {
    Engine& engine = engines_[static_cast<std::size_t>(event.engine)];
    switch (event.kind) {
      case Kind::arrive:
        engine.queue.push_back(dispatched_[event.ticket]);
        start(event.engine);
        return false;
      case Kind::done:
        if (engine.busy) {
          engine.busy = false;
          events_.push({event.at + latency_ns, Kind::done, event.ticket, 0, event.run});
          start(event.engine);
          return false;
        }
        last_finish = static_cast<double>(event.at);
        bed.finish_ticket(event.ticket, static_cast<std::int64_t>(event.run));
        return true;
      case Kind::ask: {
        const auto at =
            std::ranges::find(engine.queue, event.ticket, &farm::policy::Dispatch::ticket);
        if (at == engine.queue.end()) return false;
        engine.queue.erase(at);
        events_.push({event.at + latency_ns, Kind::back, event.ticket, event.engine});
        return false;
      }
      case Kind::back:
        bed.returned(event.ticket);
        return true;
    }
    return false;
  }

  RunTime run_ns_;
  std::vector<Engine> engines_;
  std::map<farm::policy::Ticket, farm::policy::Dispatch> dispatched_;
  std::priority_queue<Event> events_;
};

}  // namespace unit
