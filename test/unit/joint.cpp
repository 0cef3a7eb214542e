#include "transport/joint.hpp"

#include <catch2/catch.hpp>
#include <memory>

#include "transport/loopback.hpp"
#include "transport_suite.hpp"

using farm::transport::Joint;
using farm::transport::Loopback;
using farm::transport::Peer;

namespace {

// The hub's end of a network, for somebody who owns it.
class End final : public farm::transport::Transport {
 public:
  explicit End(Loopback& loopback) : end_(&loopback.at(0)) {}

  farm::Buffer buffer() override { return end_->buffer(); }
  void send(Peer to, farm::Buffer message) override { end_->send(to, std::move(message)); }
  bool poll(farm::transport::Sink& sink) override { return end_->poll(sink); }
  void lose(Peer peer) override { end_->lose(peer); }
  bool queued(Peer to) const override { return end_->queued(to); }
  bool drained() const override { return end_->drained(); }
  std::unique_ptr<farm::transport::HubGroup> lead(std::uint32_t number,
                                                  std::span<const Peer> engines) override {
    return end_->lead(number, engines);
  }
  std::unique_ptr<farm::transport::EngineGroup> join(std::uint32_t number,
                                                     std::span<const Peer> engines) override {
    return end_->join(number, engines);
  }

 private:
  farm::transport::Transport* end_;
};

}  // namespace

TEST_CASE("later engines are peers after the first ones", "[unit][transport]") {
  Loopback first(3);
  Loopback later(2);
  Joint joint(std::make_unique<End>(first), 3);
  REQUIRE(joint.add(std::make_unique<End>(later)) == 3);
  joint.send(2, unit::message(1, 10));
  joint.send(3, unit::message(2, 10));
  unit::Mailbox two;
  unit::Mailbox three;
  while (first.at(2).poll(two)) {
  }
  while (later.at(1).poll(three)) {
  }
  REQUIRE(two.letters.size() == 1);
  REQUIRE(three.letters.size() == 1);
  CHECK(two.letters[0].number == 1);
  CHECK(three.letters[0].number == 2);
  later.at(1).send(0, unit::message(3, 10));
  unit::Mailbox hub;
  while (joint.poll(hub)) {
  }
  REQUIRE(hub.letters.size() == 1);
  CHECK(hub.letters[0].from == 3);
}

TEST_CASE("nothing is heard of a later engine that is lost", "[unit][transport]") {
  Loopback first(2);
  Loopback later(2);
  Joint joint(std::make_unique<End>(first), 2);
  const Peer peer = joint.add(std::make_unique<End>(later));
  later.at(1).send(0, unit::message(1, 10));
  joint.lose(peer);
  joint.send(peer, unit::message(2, 10));
  unit::Mailbox hub;
  CHECK_FALSE(joint.poll(hub));
  CHECK(joint.drained());
}
