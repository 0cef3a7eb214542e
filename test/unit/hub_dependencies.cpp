// Tasks that wait for others, over a loopback network and by their ids alone.

#include <algorithm>
#include <catch2/catch.hpp>

#include "farm/error.hpp"
#include "loopback_farm.hpp"

using farm::TaskId;
using farm::detail::Fault;
using farm::detail::Status;
using unit::counted;
using unit::LoopbackFarm;

namespace {

farm::detail::Dependency on(std::vector<TaskId> ids, bool any = false, bool success = true,
                            bool failure = false) {
  farm::detail::Dependency dependency;
  dependency.ids = std::move(ids);
  dependency.any = any;
  dependency.success = success;
  dependency.failure = failure;
  return dependency;
}

template <class F>
farm::hub::Batch& wait_for(LoopbackFarm& farm, const F& f, const std::vector<int>& inputs,
                           farm::detail::Dependency after, farm::detail::Dependency follow = {},
                           const farm::TaskOptions& options = {}) {
  auto submission = LoopbackFarm::submission(f, inputs, farm.route(options));
  submission.dependencies = std::make_shared<const farm::detail::Dependencies>(
      farm::detail::Dependencies{std::move(after), std::move(follow)});
  return *farm.hub->submit(std::move(submission));
}

TaskId id_of(const farm::hub::Batch& batch, std::uint64_t item = 0) {
  return TaskId{number(batch.first) + item};
}

}  // namespace

TEST_CASE("a task that waits stays at the hub until its time has come", "[unit][dependencies]") {
  LoopbackFarm farm(2, GENERATE(range(0U, 10U)));
  farm::hub::Batch& first = farm.map(farm::kernel<&unit::square>, counted(20));
  farm::hub::Batch& second = wait_for(farm, farm::kernel<&unit::square>, counted(10),
                                      on({id_of(first, 3), id_of(first, 19)}));
  CHECK(second.waiting);
  CHECK(farm.hub->dependencies().waiting() == 1);
  CHECK_THAT(farm.hub->dependencies().explain(second),
             Catch::Contains("tasks 20 to 29 (unit::square) waits for") &&
                 Catch::Contains("task 3 (unit::square)"));
  farm.run();
  CHECK(LoopbackFarm::values<int>(second).size() == 10);
  const auto ended =
      std::max(first.results->record_of(3).received, first.results->record_of(19).received);
  CHECK(second.results->record_of(0).started >= ended);
  CHECK_FALSE(first.watched);
  CHECK(farm.hub->dependencies().graph().sources() == 0);
  CHECK(farm.hub->totals().outstanding() == 0);
}

TEST_CASE("a task that follows runs on the same engine", "[unit][dependencies]") {
  LoopbackFarm farm(3, GENERATE(range(0U, 10U)));
  farm::TaskOptions one;
  one.chunk = 1;
  farm::hub::Batch& first = farm.map(farm::kernel<&unit::where>, counted(9), one);
  farm::hub::Batch& second =
      wait_for(farm, farm::kernel<&unit::where>, counted(5), {}, on({id_of(first, 4)}));
  farm.run();
  const int engine = LoopbackFarm::value<int>(first, 4);
  for (const int ran : LoopbackFarm::values<int>(second)) CHECK(ran == engine);
  farm::TaskOptions elsewhere;
  elsewhere.targets = {engine == 1 ? 2 : 1};
  farm::hub::Batch& never =
      wait_for(farm, farm::kernel<&unit::where>, {1}, {}, on({id_of(first, 4)}), elsewhere);
  CHECK_THAT(LoopbackFarm::failure(never, 0).message,
             Catch::Contains("what is to be followed ran on engine ") &&
                 Catch::EndsWith(", which may not run it"));
}

TEST_CASE("what can never run says which task is to blame", "[unit][dependencies]") {
  LoopbackFarm farm(2, GENERATE(range(0U, 5U)));
  farm::hub::Batch& bad = farm.map(farm::kernel<&unit::odd_fails>, std::vector{3});
  farm::hub::Batch& second = wait_for(farm, farm::kernel<&unit::square>, {1}, on({id_of(bad)}));
  farm::hub::Batch& third =
      wait_for(farm, farm::kernel<&unit::is_even>, counted(4), on({id_of(second)}));
  farm.run();
  const auto failure = LoopbackFarm::failure(third, 3);
  CHECK(failure.fault == Fault::impossible);
  CHECK(failure.message ==
        "tasks 2 to 5 (unit::is_even) cannot run: they need task 1 (unit::square), which cannot "
        "run: it needs task 0 (unit::odd_fails), which failed: std::runtime_error: odd: 3");
  CHECK(bad.noticed);
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->totals().failed == 6);
}

TEST_CASE("an id that was never given is refused by the call", "[unit][dependencies]") {
  LoopbackFarm farm(1);
  CHECK_THROWS_AS(wait_for(farm, farm::kernel<&unit::square>, {1}, on({TaskId{0}})),
                  farm::InvalidDependency);
  CHECK_THROWS_AS(wait_for(farm, farm::kernel<&unit::square>, {1}, on({}), on({TaskId{7}})),
                  farm::InvalidDependency);
  farm.map(farm::kernel<&unit::square>, std::vector{1});
  CHECK_THROWS_AS(
      wait_for(farm, farm::kernel<&unit::square>, {1}, on({TaskId{0}}, false, false, false)),
      farm::InvalidDependency);
  CHECK(farm.hub->totals().submitted == 1);
}

TEST_CASE("tasks that ended long ago are remembered by how they ended", "[unit][dependencies]") {
  LoopbackFarm farm(2);
  farm::hub::Batch& mixed = farm.map(farm::kernel<&unit::odd_fails>, counted(10));
  farm.run();
  farm.hub->drop(mixed);
  farm::hub::Batch& good =
      wait_for(farm, farm::kernel<&unit::square>, {1}, on({TaskId{0}, TaskId{8}}));
  farm::hub::Batch& bad = wait_for(farm, farm::kernel<&unit::square>, {1}, on({TaskId{5}}));
  farm::hub::Batch& any =
      wait_for(farm, farm::kernel<&unit::square>, {1}, on({TaskId{5}, TaskId{4}}, true));
  farm::hub::Batch& failure =
      wait_for(farm, farm::kernel<&unit::square>, {1}, on({TaskId{5}}, false, false, true));
  CHECK_THROWS_AS(wait_for(farm, farm::kernel<&unit::square>, {1}, {}, on({TaskId{4}})),
                  farm::InvalidDependency);
  CHECK_THAT(LoopbackFarm::failure(bad, 0).message, Catch::Contains("task 5, which failed"));
  farm.run();
  for (farm::hub::Batch* batch : {&good, &any, &failure}) {
    CHECK(LoopbackFarm::values<int>(*batch) == std::vector<int>{1});
  }
}

TEST_CASE("a task that waits can be cancelled, and what waits for it fails",
          "[unit][dependencies]") {
  LoopbackFarm farm(1);
  farm::hub::Batch& first = farm.map(farm::kernel<&unit::square>, std::vector{1});
  farm::hub::Batch& second =
      wait_for(farm, farm::kernel<&unit::square>, counted(3), on({id_of(first)}));
  farm::hub::Batch& third = wait_for(farm, farm::kernel<&unit::square>, {1}, on({id_of(second)}));
  CHECK(farm.hub->cancel(second) == 3);
  CHECK(second.results->read(2).status == Status::aborted);
  CHECK_THAT(LoopbackFarm::failure(third, 0).message,
             Catch::EndsWith("it needs task 1 (unit::square), which was cancelled"));
  farm.run();
  CHECK(farm.hub->totals().aborted == 3);
  CHECK(farm.hub->totals().outstanding() == 0);
  CHECK(farm.hub->dependencies().graph().edges() == 0);
}

TEST_CASE("cancelling a share cancels what waits in it, too", "[unit][dependencies]") {
  LoopbackFarm farm(1);
  farm::hub::Batch& first = farm.map(farm::kernel<&unit::square>, std::vector{1});
  farm::hub::Batch& second = wait_for(farm, farm::kernel<&unit::square>, {1}, on({id_of(first)}));
  farm::hub::Batch& third = wait_for(farm, farm::kernel<&unit::square>, {1}, on({id_of(second)}));
  CHECK(farm.hub->cancel_share(1) == 2);
  CHECK(second.results->read(0).status == Status::aborted);
  CHECK(third.results->read(0).status == Status::aborted);
  farm.run();
  CHECK(LoopbackFarm::values<int>(first) == std::vector<int>{1});
}

TEST_CASE("what is waited for stays open, and is closed afterwards", "[unit][dependencies]") {
  LoopbackFarm farm(1);
  farm::hub::Batch& first = farm.map(farm::kernel<&unit::square>, counted(5));
  farm::hub::Batch& second =
      wait_for(farm, farm::kernel<&unit::square>, {1}, on({id_of(first, 2)}));
  farm.hub->drop(first);
  farm.run();
  CHECK(LoopbackFarm::values<int>(second) == std::vector<int>{1});
  // Its number is free again.
  CHECK(farm.map(farm::kernel<&unit::square>, std::vector{1}).number == 0);
  farm.run();
}

TEST_CASE("intervals of failed tasks grow together", "[unit][dependencies]") {
  farm::hub::FailedTasks failed;
  failed.add(TaskId{10}, 5);
  failed.add(TaskId{20}, 1);
  CHECK(failed.intervals() == 2);
  failed.add(TaskId{15}, 5);
  CHECK(failed.intervals() == 1);
  CHECK(failed.contains(TaskId{10}));
  CHECK(failed.contains(TaskId{20}));
  CHECK_FALSE(failed.contains(TaskId{9}));
  CHECK_FALSE(failed.contains(TaskId{21}));
}
