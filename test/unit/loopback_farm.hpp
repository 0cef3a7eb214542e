#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "engine/server.hpp"
#include "farm/detail/direct_calls.hpp"
#include "farm/detail/inputs.hpp"
#include "hub/hub.hpp"
#include "kernels.hpp"
#include "transport/loopback.hpp"

namespace unit {

/// The kernels of this test program, numbered once.
inline const farm::engine::Registry& registry() {
  static const farm::engine::Registry registry;
  return registry;
}

/// The hub's end of a loopback network, watched: counts what the hub sends, and hands it what has
/// arrived in any order that the seed says (frames to the hub may overtake each other).
class HubWire : public farm::transport::Transport, private farm::transport::Sink {
 public:
  HubWire(farm::transport::Transport& inner, std::optional<unsigned> seed) : inner_(&inner) {
    if (seed) random_.emplace(*seed);
  }

  farm::Buffer buffer() override { return inner_->buffer(); }
  void send(farm::transport::Peer to, farm::Buffer message) override {
    ++sent[farm::wire::kind_of(message.span())];
    inner_->send(to, std::move(message));
  }
  bool poll(farm::transport::Sink& sink) override {
    while (inner_->poll(*this)) {
    }
    if (held_.empty()) return false;
    const std::size_t at = random_ ? (*random_)() % held_.size() : 0;
    const auto [from, message] = std::move(held_[at]);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(at));
    sink.deliver(from, message.span());
    return true;
  }
  void lose(farm::transport::Peer peer) override {
    inner_->lose(peer);
    std::erase_if(held_, [peer](const auto& held) { return held.first == peer; });
  }
  bool queued(farm::transport::Peer to) const override { return inner_->queued(to); }
  bool drained() const override { return inner_->drained(); }
  std::unique_ptr<farm::transport::HubGroup> lead(
      std::uint32_t number, std::span<const farm::transport::Peer> engines) override {
    return inner_->lead(number, engines);
  }
  std::unique_ptr<farm::transport::EngineGroup> join(
      std::uint32_t number, std::span<const farm::transport::Peer> engines) override {
    return inner_->join(number, engines);
  }

  std::map<farm::wire::Kind, int> sent;

 private:
  void deliver(farm::transport::Peer from, std::span<const std::byte> message) override {
    held_.emplace_back(from, farm::Bytes(message));
  }

  farm::transport::Transport* inner_;
  std::optional<std::mt19937> random_;
  std::vector<std::pair<farm::transport::Peer, farm::Bytes>> held_;
};

/// A hub and its engines in one thread, moved message by message. Engine n is peer n.
class LoopbackFarm {
 public:
  explicit LoopbackFarm(int engines, std::optional<unsigned> seed = {})
      : network(static_cast<std::size_t>(engines) + 1),
        wire(network.at(0), seed),
        random_(seed.value_or(0)) {
    for (int rank = 1; rank <= engines; ++rank) {
      members_.push_back({{rank, "host" + std::to_string(rank), 1, 1000 + rank}, rank, true});
      selves_.push_back(
          std::make_unique<farm::Engine>(rank, members_.back().info.host, engines, 0));
      servers.push_back(std::make_unique<farm::engine::Server>(
          registry(), *selves_.back(), network.at(rank), 0, farm::time::Silence::yield,
          farm::engine::Hearing{.deaths = &deaths}));
    }
    hub.emplace(wire, members_);
  }

  /// Moves one after the other, each as far as the seed says, until nothing moves.
  void run() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t turn = 0; turn <= servers.size(); ++turn) {
        for (auto steps = 1 + random_() % 3; steps > 0 && step(turn); --steps) moved = true;
      }
    }
  }

  /// The hub and each engine as far as one turn goes.
  void step_all() {
    for (std::size_t turn = 0; turn <= servers.size(); ++turn) step(turn);
  }

  const farm::detail::Route& route(farm::TaskOptions options = {}, std::uint32_t share = 1,
                                   std::uint32_t setup = 0) {
    farm::detail::Route& route = routes_.emplace_back();
    route.options = std::move(options);
    route.id = routes_.size();
    route.share = share;
    route.setup = setup;
    return route;
  }

  template <class F, class T>
  static farm::detail::Submission submission(const F& f, const std::vector<T>& inputs,
                                             const farm::detail::Route& route) {
    using Made = farm::detail::Made<F, const T&>;
    static_assert(Made::check());
    farm::detail::Submission submission = Made::prepare(f, route);
    Made::pack_ranges(submission, inputs);
    return submission;
  }

  template <class F, class T>
  farm::hub::Batch& map(const F& f, const std::vector<T>& inputs, farm::TaskOptions options = {}) {
    return *hub->submit(submission(f, inputs, route(std::move(options))));
  }

  template <class T>
  static T value(farm::hub::Batch& batch, std::uint64_t i) {
    const farm::detail::Settled settled = batch.results->read(i);
    REQUIRE(settled.status == farm::detail::Status::done);
    farm::Reader reader(settled.bytes);
    return farm::unpack<T>(reader);
  }
  template <class T>
  static std::vector<T> values(farm::hub::Batch& batch) {
    REQUIRE(batch.settled());
    std::vector<T> values;
    for (std::uint64_t i = 0; i < batch.count; ++i) values.push_back(value<T>(batch, i));
    return values;
  }
  static farm::detail::FailureRecord failure(farm::hub::Batch& batch, std::uint64_t i) {
    const farm::detail::Settled settled = batch.results->read(i);
    REQUIRE(settled.status == farm::detail::Status::failed);
    return farm::detail::decode_failure(settled.bytes);
  }

  /// Sends the hub a frame as if it came from this engine.
  template <class Header>
  void forge(int engine, const Header& header, std::span<const std::byte> body) {
    farm::Buffer frame;
    farm::wire::encode(frame, header);
    frame.append(body.data(), body.size());
    network.at(engine).send(0, std::move(frame));
  }

  farm::transport::Loopback network;
  HubWire wire;
  std::optional<farm::hub::Hub> hub;
  farm::engine::Deaths deaths;  // those that the engines know of

 private:
  // A server lets go of its engine's self, so that it has to end before.
  std::vector<std::unique_ptr<farm::Engine>> selves_;

 public:
  std::vector<std::unique_ptr<farm::engine::Server>> servers;

 private:
  // The hub's turn is 0, engine n's is n.
  // An engine that is gone has none.
  bool step(std::size_t turn) {
    if (turn == 0) return hub->poll();
    return servers[turn - 1] && servers[turn - 1]->step();
  }

  std::mt19937 random_;
  std::vector<farm::hub::Member> members_;
  std::deque<farm::detail::Route> routes_;
};

inline std::vector<int> counted(int n) {
  std::vector<int> numbers(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) numbers[static_cast<std::size_t>(i)] = i;
  return numbers;
}

}  // namespace unit
