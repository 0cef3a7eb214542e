#include "transport/loopback.hpp"

#include <catch2/catch.hpp>

#include "transport_suite.hpp"

namespace {

// One process, so that every peer is polled in turn.
struct Network {
  explicit Network(int peers) : loopback(static_cast<std::size_t>(peers)), size(peers) {}
  farm::transport::Transport& at(int peer) { return loopback.at(peer); }

  farm::transport::Loopback loopback;
  int size;
};

}  // namespace

TEST_CASE("loopback keeps the order of each sender", "[unit][transport]") {
  unit::check_order_per_sender<Network>();
}

TEST_CASE("loopback carries messages of every size unchanged", "[unit][transport]") {
  unit::check_sizes<Network>();
}

TEST_CASE("loopback delivers every message once, to whom it was sent", "[unit][transport]") {
  unit::check_exactly_once<Network>();
}

TEST_CASE("a receiver may send while it receives over loopback", "[unit][transport]") {
  unit::check_answers<Network>();
}

TEST_CASE("a receiver may look for more while it receives over loopback", "[unit][transport]") {
  unit::check_polls_inside<Network>();
}

TEST_CASE("loopback delivers one message a poll", "[unit][transport]") {
  farm::transport::Loopback network(2);
  unit::Mailbox mailbox;
  CHECK_FALSE(network.at(1).poll(mailbox));
  for (int i = 0; i < 3; ++i) network.at(0).send(1, unit::message(i, 10));
  CHECK(network.waiting(1) == 3);
  CHECK(network.at(1).poll(mailbox));
  CHECK(mailbox.letters.size() == 1);
  CHECK(network.waiting(1) == 2);
  CHECK(network.at(0).drained());
  CHECK_THROWS(network.at(0).send(2, unit::message(0, 1)));
}
