#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "engine/server.hpp"
#include "farm/farm.hpp"
#include "hub/monitor.hpp"
#include "kernels.hpp"
#include "loopback_farm.hpp"
#include "records/journal.hpp"
#include "transport/loopback.hpp"

namespace unit {

/// A whole farm in this process: a monitor, a client, and engines in threads of their own.
class ThreadedFarm {
 public:
  explicit ThreadedFarm(int engines = 2, bool progress_thread = true,
                        farm::TaskOptions defaults = {}, farm::records::Journal* journal = nullptr)
      : network(static_cast<std::size_t>(engines) + 1),
        hub_(network.at(0), members(engines)),
        monitor(recording(hub_, journal),
                {progress_thread, farm::time::Silence::yield, std::move(defaults)}),
        client(monitor, {0, "hub", 1, 1}, {"program"}, std::nullopt) {
    for (int rank = 1; rank <= engines; ++rank) {
      threads_.emplace_back([this, rank, engines] {
        farm::Engine self(rank, "host" + std::to_string(rank), engines, 0);
        farm::engine::Server(registry(), self, network.at(rank), 0, farm::time::Silence::yield,
                             {.listener = true})
            .serve();
      });
    }
  }
  /// Ends as a run does: what is left is completed first.
  ~ThreadedFarm() {
    try {
      monitor.await_idle(std::nullopt);
    } catch (const farm::Error&) {
      // A test broke the farm on purpose.
    }
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      farm::Buffer quit;
      farm::wire::encode(quit, farm::wire::Quit());
      // Nothing that the hub sends reaches an engine that it has lost.
      const int peer = static_cast<int>(i) + 1;
      network.at(peer).send(peer, std::move(quit));
    }
  }

  std::uint64_t unnoticed() const { return hub_.unnoticed(); }

 private:
  static farm::hub::Hub& recording(farm::hub::Hub& hub, farm::records::Journal* journal) {
    if (journal != nullptr) hub.record_in(*journal);
    return hub;
  }
  static std::vector<farm::hub::Member> members(int engines) {
    registry();  // kernels have numbers before anybody asks
    std::vector<farm::hub::Member> members;
    for (int rank = 1; rank <= engines; ++rank) {
      members.push_back({{rank, "host" + std::to_string(rank), 1, 1000 + rank}, rank, true});
    }
    return members;
  }

 public:
  farm::transport::Loopback network;

 private:
  farm::hub::Hub hub_;

 public:
  farm::hub::Monitor monitor;
  farm::Client client;

 private:
  std::vector<std::jthread> threads_;
};

/// One chunk of one item per engine at a time.
inline farm::TaskOptions one_by_one() {
  farm::TaskOptions options;
  options.chunk = 1;
  options.hwm = 1;
  return options;
}

/// Waits for something that other threads do, without moving the farm; false after ten seconds.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 10'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace unit
