// Chunks that say which engines may run them, which tasks they are and how often they were tried.

#include <catch2/catch.hpp>

#include "engine_bed.hpp"

using farm::detail::Fault;
using unit::EngineBed;
namespace wire = farm::wire;

namespace {

wire::Tasks on_condition(std::uint32_t number) {
  wire::Tasks header;
  header.condition = number;
  return header;
}

}  // namespace

TEST_CASE("tasks run where their condition is met and come back elsewhere", "[unit][engine]") {
  EngineBed bed;
  bed.condition(1, farm::kernel<&unit::is_first>);
  bed.condition(2, farm::bind(farm::kernel<&unit::is_at_least>, 5));
  bed.condition(3, farm::bind(farm::kernel<&unit::is_at_least>, 1));
  bed.tasks(1, farm::kernel<&unit::square>, {3}, on_condition(1));
  bed.tasks(2, farm::kernel<&unit::square>, {4, 5}, on_condition(2));
  bed.tasks(3, farm::kernel<&unit::square>, {5}, on_condition(3));
  CHECK(bed.next().value<int>() == 9);
  const EngineBed::Answer refused = bed.next();
  CHECK(refused.kind == wire::Kind::returned);
  CHECK(refused.why == wire::Why::refused);
  CHECK(refused.ticket == 2);
  CHECK(bed.next().value<int>() == 25);
  bed.tasks(4, farm::kernel<&unit::square>, {6}, on_condition(3));  // its arguments are kept
  CHECK(bed.next().value<int>() == 36);
}

TEST_CASE("the error of a condition is that of its tasks", "[unit][engine]") {
  EngineBed bed;
  bed.condition(1, farm::kernel<&unit::cannot_tell>);
  bed.tasks(1, farm::kernel<&unit::square>, {3, 4}, on_condition(1));
  const EngineBed::Answer answer = bed.next();
  for (const std::uint64_t i : {0, 1}) {
    CHECK(answer.failure(i).fault == Fault::exception);
    CHECK(answer.failure(i).message == "cannot tell");
  }
}

TEST_CASE("a condition may be defined anew", "[unit][engine]") {
  EngineBed bed;
  bed.condition(1, farm::bind(farm::kernel<&unit::is_at_least>, 5));
  bed.tasks(1, farm::kernel<&unit::square>, {3}, on_condition(1));
  CHECK(bed.next().kind == wire::Kind::returned);
  bed.send(wire::Forget{101});
  bed.condition(1, farm::kernel<&unit::is_first>);
  bed.tasks(1, farm::kernel<&unit::square>, {3}, on_condition(1));
  CHECK(bed.next().value<int>() == 9);
}

TEST_CASE("tasks of a list have the ids that it says", "[unit][engine]") {
  EngineBed bed;
  wire::Tasks header;
  header.first = farm::TaskId{1000};
  bed.tasks(1, farm::kernel<&unit::task_id>, {0, 0, 0}, header, {0, 5, 2});
  const EngineBed::Answer answer = bed.next();
  CHECK(answer.done.first == farm::TaskId{1000});
  CHECK(answer.value<std::uint64_t>(0) == 1000);
  CHECK(answer.value<std::uint64_t>(1) == 1005);
  CHECK(answer.value<std::uint64_t>(2) == 1002);
}

TEST_CASE("a task of a list draws the numbers that it draws in a row", "[unit][engine]") {
  EngineBed bed;
  wire::Tasks header;
  header.first = farm::TaskId{10};
  bed.tasks(1, farm::kernel<&unit::draw>, {0, 0, 0}, header);
  bed.tasks(2, farm::kernel<&unit::draw>, {0, 0}, header, {2, 1});
  const EngineBed::Answer row = bed.next();
  const EngineBed::Answer list = bed.next();
  CHECK(list.value<std::uint64_t>(0) == row.value<std::uint64_t>(2));
  CHECK(list.value<std::uint64_t>(1) == row.value<std::uint64_t>(1));
}

TEST_CASE("a kernel sees which attempt it is", "[unit][engine]") {
  EngineBed bed;
  wire::Tasks header;
  header.attempt = 4;
  bed.tasks(1, farm::kernel<&unit::which_attempt>, {0}, header);
  bed.tasks(2, farm::kernel<&unit::which_attempt>, {0});
  const EngineBed::Answer fourth = bed.next();
  CHECK(fourth.value<int>() == 4);
  CHECK(fourth.done.attempt == 4);
  CHECK(bed.next().value<int>() == 1);
}
