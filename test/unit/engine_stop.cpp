// Kernels that are asked to stop.

#include <catch2/catch.hpp>

#include "engine_bed.hpp"
#include "time/clock.hpp"

using farm::detail::Fault;
using unit::EngineBed;
using unit::Gate;
namespace wire = farm::wire;

namespace {

bool one_waits() {
  return unit::eventually([] { return Gate::waiting == 1; });
}

}  // namespace

TEST_CASE("a running kernel hears that it shall stop", "[unit][engine]") {
  const bool listener = GENERATE(true, false);
  CAPTURE(listener);
  EngineBed bed(listener);
  Gate gate;
  bed.tasks(5, farm::kernel<&unit::check_at_gate>, {7, 8});
  bed.tasks(6, farm::kernel<&unit::square>, {3});
  REQUIRE(one_waits());
  bed.send(wire::Stop{5});
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.ticket == 5);
  CHECK(answer.failure(0).fault == Fault::interrupted);
  CHECK(answer.failure(0).type == "farm::Interrupted");
  CHECK(answer.failure(0).message == "was asked to stop");
  CHECK(answer.failure(1).fault == Fault::aborted);
  CHECK(bed.next().value<int>() == 9);
}

TEST_CASE("the value of a kernel that is asked to stop and returns counts", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  bed.tasks(5, farm::kernel<&unit::return_early>, {7, 8, 9});
  REQUIRE(one_waits());
  bed.send(wire::Stop{5});
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.value<int>(0) == -7);
  CHECK(answer.failure(1).fault == Fault::aborted);
  CHECK(answer.failure(2).fault == Fault::aborted);
}

TEST_CASE("a chunk that waits and is asked to stop does not run", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  wire::Tasks again;
  again.attempt = 3;
  again.first = farm::TaskId{40};
  bed.tasks(5, farm::kernel<&Gate::pass>, {7});
  bed.tasks(6, farm::kernel<&unit::square>, {1, 2}, again);
  REQUIRE(one_waits());
  bed.send(wire::Stop{6});
  const EngineBed::Answer answer = bed.next();  // at once
  CHECK(answer.ticket == 6);
  CHECK(answer.done.attempt == 3);
  CHECK(answer.done.first == farm::TaskId{40});
  CHECK(answer.failure(0).fault == Fault::aborted);
  CHECK(answer.failure(0).type == "farm::TaskAborted");
  CHECK(answer.failure(1).fault == Fault::aborted);
  Gate::open = true;
  CHECK(bed.next().value<int>() == 7);
}

TEST_CASE("a setup that is asked to stop has failed", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  wire::Tasks setup;
  setup.setup = 1;
  setup.defines_setup = true;
  wire::Tasks needs;
  needs.setup = 1;
  bed.tasks(5, farm::kernel<&Gate::pass>, {7});
  bed.tasks(6, farm::kernel<&unit::square>, {1}, setup);
  bed.tasks(7, farm::kernel<&unit::square>, {1}, needs);
  REQUIRE(one_waits());
  bed.send(wire::Stop{6});
  CHECK(bed.next().failure().fault == Fault::aborted);
  Gate::open = true;
  CHECK(bed.next().ticket == 5);
  CHECK(bed.next().failure().fault == Fault::broken);
}

TEST_CASE("a request to stop what has ended meets nobody", "[unit][engine]") {
  EngineBed bed;
  bed.tasks(1, farm::kernel<&unit::square>, {3});
  CHECK(bed.next().value<int>() == 9);
  bed.send(wire::Stop{1});
  bed.tasks(1, farm::kernel<&unit::nap>, {1});
  CHECK(bed.next().value<int>() == 1);
}

TEST_CASE("a kernel that sleeps wakes when it is asked to stop", "[unit][engine]") {
  const bool listener = GENERATE(true, false);
  CAPTURE(listener);
  EngineBed bed(listener);
  unit::runs = 0;
  bed.tasks(1, farm::kernel<&unit::nap>, {3600 * 1000});
  REQUIRE(unit::eventually([] { return unit::runs == 1; }));
  bed.send(wire::Stop{1});
  CHECK(bed.next().failure().fault == Fault::interrupted);
  bed.tasks(2, farm::kernel<&unit::nap>, {20});
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.value<int>() == 20);
  CHECK(answer.done.run >= 20'000'000);
}

TEST_CASE("a stop token is the task's own", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  bed.tasks(1, farm::kernel<&unit::wait_for_token>, {1});
  REQUIRE(one_waits());
  bed.send(wire::Stop{1});
  CHECK(bed.next().value<int>() == 2);  // a callback ran
  bed.tasks(2, farm::kernel<&unit::wait_for_token>, {10});
  REQUIRE(one_waits());
  Gate::open = true;
  CHECK(bed.next().value<int>() == 10);
}

TEST_CASE("a kernel that gives up unasked has failed", "[unit][engine]") {
  EngineBed bed;
  bed.tasks(1, farm::kernel<&unit::gives_up>, {1});
  const auto failure = bed.next().failure();
  CHECK(failure.fault == Fault::exception);
  CHECK(failure.message == "no more");
}

TEST_CASE("what a kernel says that gives up is kept", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  bed.tasks(1, farm::kernel<&unit::gives_up_when_asked>, {1});
  REQUIRE(one_waits());
  bed.send(wire::Stop{1});
  const auto failure = bed.next().failure();
  CHECK(failure.fault == Fault::interrupted);
  CHECK(failure.message == "was asked to stop: after 1 of 5");
}

TEST_CASE("a kernel that may talk to other engines hears when it asks", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  wire::Tasks direct;
  direct.group = wire::alone;
  bed.tasks(1, farm::kernel<&unit::check_at_gate>, {7}, direct);
  bed.tasks(2, farm::kernel<&unit::square>, {7}, direct);
  bed.tasks(3, farm::kernel<&unit::square>, {3});
  REQUIRE(one_waits());
  bed.send(wire::Stop{2});
  CHECK(bed.next().failure().fault == Fault::aborted);
  bed.send(wire::Stop{1});
  CHECK(bed.next().failure().fault == Fault::interrupted);
  CHECK(bed.next().value<int>() == 9);
}

TEST_CASE("a part of a call that others take part in waits for its turn", "[unit][engine]") {
  farm::engine::Waiting waiting;
  wire::Tasks call;
  call.ticket = 4;
  call.count = 1;
  call.item_size = 1;
  call.group = 1;
  farm::Buffer frame;
  wire::encode(frame, call);
  frame.append("x", 1);
  waiting.add(frame.span());
  CHECK_FALSE(waiting.take(4));
  waiting.stop(5);
  waiting.stop(4);
  CHECK(waiting.next(0)->stopped);
  CHECK(waiting.empty());
}

TEST_CASE("an engine with a listener leaves at once", "[unit][engine]") {
  const std::int64_t before = farm::time::Clock::now();
  for (int i = 0; i < 100; ++i) EngineBed bed;
  CHECK(farm::time::Clock::now() - before < 5'000'000'000);
}
