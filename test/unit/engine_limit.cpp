// Kernels that run longer than they may.

#include <catch2/catch.hpp>

#include "engine_bed.hpp"

using farm::detail::Fault;
using unit::EngineBed;
using unit::Gate;
namespace wire = farm::wire;

namespace {

wire::Tasks limited(std::int64_t ms) {
  wire::Tasks header;
  header.limit = ms * 1'000'000;
  header.first = farm::TaskId{70};
  return header;
}

}  // namespace

TEST_CASE("an item that runs too long is asked to stop, and the next ones run", "[unit][engine]") {
  const bool listener = GENERATE(true, false);
  CAPTURE(listener);
  EngineBed bed(listener);
  bed.tasks(1, farm::kernel<&unit::nap>, {1, 3600 * 1000, 2}, limited(50));
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.value<int>(0) == 1);
  CHECK(answer.failure(1).fault == Fault::timeout);
  CHECK(answer.failure(1).type == "farm::TaskTimeout");
  CHECK(answer.failure(1).message == "ran longer than its limit of 0.05 s and was asked to stop");
  CHECK(answer.value<int>(2) == 2);
  CHECK(answer.done.run >= 50'000'000);
}

TEST_CASE("a limit is one of each item and not of the chunk", "[unit][engine]") {
  EngineBed bed;
  bed.tasks(1, farm::kernel<&unit::nap>, std::vector<int>(30, 10), limited(200));
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.done.run >= 300'000'000);
  for (std::uint32_t i = 0; i < 30; ++i) CHECK_FALSE(answer.items().failed(i));
}

TEST_CASE("the hub is told once of a kernel that does not stop", "[unit][engine]") {
  EngineBed bed(true, 30'000'000);
  Gate gate;
  bed.tasks(9, farm::kernel<&Gate::pass>, {1}, limited(20));
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.kind == wire::Kind::overdue);
  CHECK(answer.ticket == 9);
  CHECK(answer.first == farm::TaskId{70});
  farm::time::sleep_ns(100'000'000);
  CHECK_FALSE(bed.heard());
  Gate::open = true;
  CHECK(bed.next().value<int>() == 1);  // a value that comes late counts
}

TEST_CASE("a kernel that stops within the grace is not overdue", "[unit][engine]") {
  EngineBed bed(true, 10'000'000'000);
  bed.tasks(9, farm::kernel<&unit::nap>, {3600 * 1000}, limited(20));
  CHECK(bed.next().failure().fault == Fault::timeout);
  CHECK_FALSE(bed.heard());
}

TEST_CASE("who is asked to stop by the hub is interrupted, whatever the limit", "[unit][engine]") {
  EngineBed bed(true, 10'000'000'000);
  Gate gate;
  bed.tasks(9, farm::kernel<&unit::check_at_gate>, {1, 2}, limited(3'600'000));
  REQUIRE(unit::eventually([] { return Gate::waiting == 1; }));
  bed.send(wire::Stop{9});
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.failure(0).fault == Fault::interrupted);
  CHECK(answer.failure(1).fault == Fault::aborted);
}
