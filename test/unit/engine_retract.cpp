// Chunks that the hub wants back.

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "engine_bed.hpp"

using unit::EngineBed;
using unit::Gate;
namespace wire = farm::wire;

namespace {

bool gate_holds() {
  return unit::eventually([] { return Gate::waiting == 1; });
}

}  // namespace

TEST_CASE("a chunk that waits behind a running one is given back", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  bed.tasks(1, farm::kernel<&Gate::pass>, {7});
  bed.tasks(2, farm::kernel<&unit::square>, {2});
  bed.tasks(3, farm::kernel<&unit::square>, {3});
  bed.tasks(4, farm::kernel<&unit::square>, {4});
  REQUIRE(gate_holds());
  bed.send(wire::Retract{3});
  const EngineBed::Answer back = bed.next();
  CHECK(back.kind == wire::Kind::returned);
  CHECK(back.why == wire::Why::retracted);
  CHECK(back.ticket == 3);
  Gate::open = true;
  CHECK(bed.next().value<int>() == 7);
  CHECK(bed.next().ticket == 2);
  const EngineBed::Answer last = bed.next();
  CHECK(last.ticket == 4);
  CHECK(last.value<int>() == 16);
}

TEST_CASE("a chunk that runs, has run or never came is not given back", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  bed.tasks(1, farm::kernel<&unit::square>, {3});
  CHECK(bed.next().value<int>() == 9);
  bed.tasks(2, farm::kernel<&Gate::pass>, {7});
  bed.tasks(4, farm::kernel<&unit::square>, {2});
  REQUIRE(gate_holds());
  bed.send(wire::Retract{1});
  bed.send(wire::Retract{2});
  bed.send(wire::Retract{99});
  bed.send(wire::Retract{4});
  CHECK(bed.next().ticket == 4);  // the others have been looked at before
  CHECK_FALSE(bed.heard());
  Gate::open = true;
  CHECK(bed.next().value<int>() == 7);
}

TEST_CASE("a chunk is given back where nothing but the kernel can hear", "[unit][engine]") {
  EngineBed bed(false);
  Gate gate;
  bed.tasks(1, farm::kernel<&unit::ask_at_gate>, {7});
  bed.tasks(2, farm::kernel<&unit::square>, {2});
  REQUIRE(gate_holds());
  bed.send(wire::Retract{2});
  CHECK(bed.next().kind == wire::Kind::returned);
  Gate::open = true;
  CHECK(bed.next().value<int>() == 7);
}

TEST_CASE("a clock is compared while a kernel runs", "[unit][engine]") {
  EngineBed bed;
  Gate gate;
  bed.tasks(1, farm::kernel<&Gate::pass>, {7});
  REQUIRE(gate_holds());
  bed.send(wire::Probe{5});
  CHECK(bed.next().kind == wire::Kind::echo);
}

TEST_CASE("each chunk is answered once, whenever it is asked back", "[unit][engine]") {
  const auto seed = GENERATE(range(0U, 6U));
  const bool listener = seed % 3 != 0;
  CAPTURE(seed);
  std::mt19937 random(seed);
  EngineBed bed(listener);
  constexpr std::uint32_t chunks = 200;
  std::map<std::uint32_t, int> answers;
  std::map<std::uint32_t, wire::Kind> ends;
  const auto note = [&](const EngineBed::Answer& answer) {
    ++answers[answer.ticket];
    ends[answer.ticket] = answer.kind;
    if (answer.kind == wire::Kind::returned) return;
    for (std::uint32_t i = 0; i < answer.done.count; ++i) {
      if (answer.items().failed(i)) {
        CHECK(answer.failure(i).fault == farm::detail::Fault::aborted);
      } else {
        CHECK(answer.value<int>(i) == static_cast<int>(answer.ticket));
      }
    }
  };
  for (std::uint32_t ticket = 0; ticket < chunks; ++ticket) {
    bed.tasks(ticket, farm::kernel<&unit::take_time>,
              std::vector<int>(1 + random() % 3, static_cast<int>(ticket)));
    const auto before = static_cast<std::uint32_t>(random() % 4);
    if (random() % 2 == 0) bed.send(wire::Retract{ticket - before});
    if (random() % 8 == 0) bed.send(wire::Stop{ticket - before});
    while (random() % 2 == 0 && bed.heard()) note(bed.next());
  }
  while (answers.size() < chunks) note(bed.next());
  bed.tasks(1000, farm::kernel<&unit::square>, {1});
  CHECK(bed.next().ticket == 1000);
  int ran = 0;
  for (const auto& [ticket, count] : answers) {
    CHECK(count == 1);
    ran += ends[ticket] == wire::Kind::done ? 1 : 0;
  }
  CHECK(ran >= 1);
}
