#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "engine/server.hpp"
#include "engine_kernels.hpp"
#include "farm/detail/inputs.hpp"
#include "kernels.hpp"
#include "loopback_farm.hpp"
#include "threaded_farm.hpp"
#include "transport/loopback.hpp"

namespace unit {

/// One engine in a thread of its own; the test is its hub.
class EngineBed : private farm::transport::Sink {
 public:
  struct Answer {
    farm::wire::Kind kind{};
    std::uint32_t ticket = 0;
    farm::wire::Done done;
    farm::wire::Why why{};
    farm::TaskId first{};  // of an Overdue
    farm::Bytes body;

    farm::detail::ItemsView items() const {
      const bool variable = done.item_size == farm::wire::variable_item;
      return {done.count, variable ? farm::variable_size : done.item_size, body.span()};
    }
    template <class T>
    T value(std::uint64_t i = 0) const {
      REQUIRE(kind == farm::wire::Kind::done);
      if (items().failed(i)) FAIL("failed: " << failure(i).message);
      farm::Reader reader(items()[i]);
      return farm::unpack<T>(reader);
    }
    farm::detail::FailureRecord failure(std::uint64_t i = 0) const {
      REQUIRE(kind == farm::wire::Kind::done);
      REQUIRE(items().failed(i));
      return farm::detail::decode_failure(items()[i]);
    }
  };

  using Prepare = std::function<void(farm::engine::Server&)>;

  explicit EngineBed(
      bool listener = true, std::int64_t grace_ns = 10'000'000'000,
      const Prepare& prepare = [](farm::engine::Server&) {})
      : kernels_(&registry()), network_(2), engine_([this, listener, grace_ns, prepare] {
          farm::Engine self(1, "host", 1, 0);
          farm::engine::Server server(*kernels_, self, network_.at(1), 0,
                                      farm::time::Silence::yield, {listener, grace_ns});
          prepare(server);
          server.serve();
        }) {}
  ~EngineBed() { send(farm::wire::Quit()); }

  template <class Header>
  void send(const Header& header, std::span<const std::byte> body = {}) {
    farm::Buffer frame;
    farm::wire::encode(frame, header);
    frame.append(body.data(), body.size());
    network_.at(0).send(1, std::move(frame));
  }

  /// A chunk of the kernel with these inputs; `header` says the rest.
  template <class F>
  void tasks(std::uint32_t ticket, const F& f, const std::vector<int>& inputs,
             farm::wire::Tasks header = {}, const std::vector<std::uint32_t>& list = {}) {
    const farm::detail::Route route;
    const farm::detail::Submission submission = LoopbackFarm::submission(f, inputs, route);
    header.ticket = ticket;
    header.kernel = submission.kernel->index();
    header.count = static_cast<std::uint32_t>(submission.count);
    header.item_size = static_cast<std::uint32_t>(submission.item_size);
    header.listed = !list.empty();
    farm::Buffer body;
    body.append(submission.items.data(), submission.items.size());
    body.append(list.data(), list.size() * 4);
    send(header, body.span());
  }

  /// Defines a condition; its common arguments get the number 100 + `number`.
  template <class F>
  void condition(std::uint32_t number, const F& predicate) {
    using Made = farm::detail::Made<F>;
    static_assert(Made::check());
    const farm::detail::Route route;
    const farm::detail::Submission submission = Made::prepare(predicate, route);
    farm::wire::Condition condition{number, submission.kernel->index(), 0};
    if (submission.common) {
      condition.common = 100 + number;
      send(farm::wire::Common{condition.common}, submission.common->bytes.span());
    }
    send(condition);
  }

  /// What the engine says next; fails the test if that takes ten seconds.
  Answer next() {
    if (!eventually([this] { return heard(); })) FAIL("the engine says nothing");
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  /// Whether it has said anything that next() has not returned.
  bool heard() {
    while (network_.at(0).poll(*this)) {
    }
    return !answers_.empty();
  }

 private:
  void deliver(farm::transport::Peer, std::span<const std::byte> frame) override {
    Answer answer;
    answer.kind = farm::wire::kind_of(frame);
    if (answer.kind == farm::wire::Kind::done) {
      const auto done = farm::wire::decode<farm::wire::Done>(frame);
      answer.done = done.header;
      answer.ticket = done.header.ticket;
      answer.body = farm::Bytes(done.body);
    } else if (answer.kind == farm::wire::Kind::returned) {
      const auto returned = farm::wire::decode<farm::wire::Returned>(frame).header;
      answer.ticket = returned.ticket;
      answer.why = returned.why;
    } else if (answer.kind == farm::wire::Kind::overdue) {
      const auto overdue = farm::wire::decode<farm::wire::Overdue>(frame).header;
      answer.ticket = overdue.ticket;
      answer.first = overdue.first;
    }
    answers_.push_back(std::move(answer));
  }

  const farm::engine::Registry* kernels_;  // which have numbers before anybody asks
  farm::transport::Loopback network_;
  std::deque<Answer> answers_;
  std::jthread engine_;
};

}  // namespace unit
