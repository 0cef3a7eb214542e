// What the hub and an engine do with frames that nobody should have sent.

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "loopback_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;
namespace wire = farm::wire;

namespace {

farm::TaskOptions one_by_one() {
  farm::TaskOptions options;
  options.chunk = 1;
  options.hwm = 1;
  return options;
}

// The Done that answers the first chunk of a map of ints, on engine 1.
wire::Done answer(const farm::hub::Batch& batch) {
  wire::Done done;
  done.ticket = 0;
  done.first = batch.first;
  done.count = 1;
  done.item_size = 4;
  return done;
}

constexpr std::string_view wrong_value = "\1\1\1\1";

template <class Change>
void check_dropped(Change change, int from = 1) {
  LoopbackFarm farm(2);
  farm::hub::Batch& batch = farm.map(farm::kernel<&unit::square>, counted(3), one_by_one());
  wire::Done done = answer(batch);
  change(done);
  std::string body;
  for (std::uint32_t i = 0; i < done.count; ++i) body += wrong_value;
  farm.forge(from, done, unit::bytes(body));
  REQUIRE(farm.hub->poll());
  CHECK((!batch.results || batch.results->progress().settled == 0));
  CHECK(farm.hub->totals().running == 2);
  farm.run();
  CHECK(LoopbackFarm::values<int>(batch) == std::vector<int>{0, 1, 4});
}

}  // namespace

TEST_CASE("an answer to a ticket that is not out is dropped", "[unit][hub]") {
  check_dropped([](wire::Done& done) { done.ticket = 77; });
  check_dropped([](wire::Done& done) { done.ticket = 0x7fffffff; });
  check_dropped([](wire::Done& done) { done.ticket = 0x80000000; });
  check_dropped([](wire::Done& done) { done.ticket = 0xffffffff; });
}

TEST_CASE("an answer from another engine is dropped", "[unit][hub]") {
  check_dropped([](wire::Done&) {}, 2);
}

TEST_CASE("an answer of another length is dropped", "[unit][hub]") {
  check_dropped([](wire::Done& done) { done.count = 2; });
}

TEST_CASE("an answer about another task is dropped", "[unit][hub]") {
  check_dropped([](wire::Done& done) { done.first = farm::TaskId{1}; });
  check_dropped([](wire::Done& done) { done.first = farm::TaskId{~std::uint64_t{0}}; });
}

TEST_CASE("the second of two equal answers is dropped", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::hub::Batch& batch = farm.map(farm::kernel<&unit::square>, counted(1), one_by_one());
  const wire::Done done = answer(batch);
  farm.forge(1, done, unit::bytes(wrong_value));
  farm.forge(1, done, unit::bytes("\2\2\2\2"));
  farm.run();  // the engine's own answer comes last
  CHECK(LoopbackFarm::value<int>(batch, 0) == 0x01010101);
  CHECK(farm.hub->totals().done == 1);
}

TEST_CASE("a late answer does not touch a batch that took over its number", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::hub::Batch& first = farm.map(farm::kernel<&unit::square>, counted(1), one_by_one());
  const wire::Done late = answer(first);
  farm.run();
  farm.hub->drop(first);
  farm::hub::Batch& second =
      farm.map(farm::kernel<&unit::square>, std::vector<int>{5}, one_by_one());
  CHECK(second.number == 0);
  farm.forge(1, late, unit::bytes(wrong_value));
  farm.run();
  CHECK(LoopbackFarm::values<int>(second) == std::vector<int>{25});
}

TEST_CASE("an answer to a direct call from another engine is dropped", "[unit][hub]") {
  LoopbackFarm farm(2);
  farm::hub::Batch* batch = farm.hub->submit_direct(
      LoopbackFarm::submission(farm::kernel<&unit::where>, counted(1), farm.route()),
      farm::detail::one_each({1}), false);
  wire::Done done = answer(*batch);
  done.ticket = 0x80000000;
  farm.forge(2, done, unit::bytes(wrong_value));
  REQUIRE(farm.hub->poll());
  farm.run();
  CHECK(LoopbackFarm::values<int>(*batch) == std::vector<int>{1});
}

TEST_CASE("an answer about another task does not settle a direct call", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::hub::Batch* batch = farm.hub->submit_direct(
      LoopbackFarm::submission(farm::kernel<&unit::where>, counted(1), farm.route()),
      farm::detail::one_each({1}), false);
  wire::Done done = answer(*batch);
  done.ticket = 0x80000000;
  done.first = farm::TaskId{99};
  farm.forge(1, done, unit::bytes(wrong_value));
  REQUIRE(farm.hub->poll());
  farm.run();
  CHECK(LoopbackFarm::values<int>(*batch) == std::vector<int>{1});
}

TEST_CASE("an answer whose items are of another size is refused", "[unit][hub]") {
  LoopbackFarm farm(1);
  wire::Done done = answer(farm.map(farm::kernel<&unit::square>, counted(1), one_by_one()));
  done.item_size = 5;
  farm.forge(1, done, unit::bytes("12345"));
  CHECK_THROWS_AS(farm.hub->poll(), wire::FrameError);
}

TEST_CASE("an answer with a table that points outside is refused", "[unit][hub]") {
  LoopbackFarm farm(1);
  wire::Done done = answer(farm.map(farm::kernel<&unit::repeat>, counted(1), one_by_one()));
  done.item_size = wire::variable_item;
  farm.forge(1, done, unit::bytes("\xff\xff\xff\xff\xff\xff\xff\x0f"));
  CHECK_THROWS_AS(farm.hub->poll(), farm::PayloadError);
}

TEST_CASE("the hub refuses frames that only engines receive", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm.forge(1, wire::Quit(), {});
  CHECK_THROWS_AS(farm.hub->poll(), wire::FrameError);
  farm.forge(1, wire::Forget{1}, {});
  CHECK_THROWS_AS(farm.hub->poll(), wire::FrameError);
  farm.network.at(1).send(0, farm::Buffer());
  CHECK_THROWS_AS(farm.hub->poll(), wire::FrameError);
}

TEST_CASE("an engine refuses frames that only the hub receives", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::Buffer frame;
  wire::encode(frame, wire::Echo{1, 2});
  farm.network.at(0).send(1, std::move(frame));
  CHECK_THROWS_AS(farm.servers[0]->step(), wire::FrameError);
  farm::Buffer unknown;
  unknown.append("\x42", 1);
  farm.network.at(0).send(1, std::move(unknown));
  CHECK_THROWS_AS(farm.servers[0]->step(), wire::FrameError);
}

TEST_CASE("an engine refuses a kernel that it does not have", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::Buffer frame;
  wire::Tasks tasks;
  tasks.count = 1;
  tasks.kernel = static_cast<std::uint32_t>(unit::registry().size());
  tasks.item_size = 1;
  wire::encode(frame, tasks);
  frame.append("x", 1);
  farm.network.at(0).send(1, std::move(frame));
  CHECK_THROWS(farm.servers[0]->step());
}

TEST_CASE("an engine's clock is compared with the hub's by five probes", "[unit][hub]") {
  farm::transport::Loopback network(2);
  unit::HubWire wire(network.at(0), {});
  farm::hub::Hub hub(wire, {{{1, "far", 1, 1}, 1, false}});
  farm::Engine self(1, "far", 1, 0);
  farm::engine::Server server(unit::registry(), self, network.at(1), 0, farm::time::Silence::yield);
  while (server.step() || hub.poll()) {
  }
  CHECK(wire.sent[wire::Kind::probe] == 5);
}

TEST_CASE("an engine leaves when it is told to", "[unit][hub]") {
  LoopbackFarm farm(2);
  farm.hub->quit();
  farm.servers[0]->serve();
  CHECK(farm.servers[0]->quit());
  CHECK_FALSE(farm.servers[1]->quit());
}
