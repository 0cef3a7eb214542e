// Maps whose items start in another order than that of their input, and items that run again.

#include <catch2/catch.hpp>

#include "loopback_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;

namespace order_units {

std::uint64_t task_of(farm::Engine& here, int) { return farm::number(here.task()); }
std::string word_of(farm::Engine& here, int x) {
  if (x % 5 == 2) throw std::runtime_error("two");
  return std::string(static_cast<std::size_t>(x % 7), 'a') + std::to_string(number(here.task()));
}
int good_at(farm::Engine& here, int x) {
  if (here.attempt() <= x % 4) throw std::runtime_error("attempt");
  return here.attempt();
}

}  // namespace order_units

using namespace order_units;

namespace {

farm::TaskOptions chunks_of(farm::CountOrAutomatic chunk) {
  farm::TaskOptions options;
  options.chunk = chunk;
  options.hwm = 2;
  return options;
}

template <class F>
farm::hub::Batch& costed_map(LoopbackFarm& farm, const F& f, int items, farm::TaskOptions options) {
  options.order = farm::Order::longest_first;
  farm::detail::Submission submission =
      LoopbackFarm::submission(f, counted(items), farm.route(std::move(options)));
  for (int i = 0; i < items; ++i) submission.costs.push_back((i * 37) % 101);
  return *farm.hub->submit(std::move(submission));
}

}  // namespace

TEST_CASE("results of a map by cost stand in the order of its inputs", "[unit][hub]") {
  const auto seed = GENERATE(range(0U, 4U));
  for (const farm::CountOrAutomatic chunk :
       {farm::CountOrAutomatic(farm::automatic), {1}, {3}, {64}, {1000}}) {
    CAPTURE(seed, chunk.is_automatic(), chunk.count());
    LoopbackFarm farm(3, seed);
    farm::hub::Batch& tasks = costed_map(farm, farm::kernel<&task_of>, 100, chunks_of(chunk));
    farm::hub::Batch& words = costed_map(farm, farm::kernel<&word_of>, 100, chunks_of(chunk));
    farm.run();
    REQUIRE(tasks.settled());
    REQUIRE(words.settled());
    for (std::uint64_t i = 0; i < 100; ++i) {
      CHECK(LoopbackFarm::value<std::uint64_t>(tasks, i) == number(tasks.first) + i);
      if (i % 5 == 2) {
        CHECK(LoopbackFarm::failure(words, i).message == "two");
      } else {
        CHECK(LoopbackFarm::value<std::string>(words, i) ==
              std::string(i % 7, 'a') + std::to_string(number(words.first) + i));
      }
      CHECK(tasks.results->record_of(i).attempt == 1);
    }
    CHECK(farm.hub->totals().failed == 20);
    CHECK(farm.hub->totals().running == 0);
    CHECK(farm.hub->totals().outstanding() == 0);
  }
}

TEST_CASE("items that fail run again as often as their retries say", "[unit][hub]") {
  const auto seed = GENERATE(range(0U, 4U));
  for (const int chunk : {1, 4, 100}) {
    for (const bool costed : {false, true}) {
      CAPTURE(seed, chunk, costed);
      LoopbackFarm farm(3, seed);
      farm::TaskOptions options = chunks_of(chunk);
      options.retries = 2;
      farm::hub::Batch& batch = costed ? costed_map(farm, farm::kernel<&good_at>, 100, options)
                                       : farm.map(farm::kernel<&good_at>, counted(100), options);
      farm.run();
      REQUIRE(batch.settled());
      for (std::uint64_t i = 0; i < 100; ++i) {
        if (i % 4 == 3) {
          CHECK(LoopbackFarm::failure(batch, i).message == "attempt");
          CHECK(batch.results->record_of(i).attempt == 3);
        } else {
          CHECK(LoopbackFarm::value<int>(batch, i) == static_cast<int>(i % 4) + 1);
        }
      }
      CHECK(farm.hub->totals().done == 75);
      CHECK(farm.hub->totals().failed == 25);
      CHECK(farm.hub->totals().running == 0);
    }
  }
}

TEST_CASE("cancelling a map by cost aborts exactly what was not sent", "[unit][hub]") {
  LoopbackFarm farm(2);
  farm::hub::Batch& batch = costed_map(farm, farm::kernel<&task_of>, 50, chunks_of(2));
  const std::uint64_t sent = farm.hub->totals().running;
  CHECK(farm.hub->cancel(batch) == 50 - sent);
  farm.run();
  REQUIRE(batch.settled());
  std::uint64_t done = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const farm::detail::Settled settled = batch.results->read(i);
    if (settled.status == farm::detail::Status::aborted) continue;
    ++done;
    CHECK(LoopbackFarm::value<std::uint64_t>(batch, i) == number(batch.first) + i);
  }
  CHECK(done == sent);
}
