// Batches go when nobody can ask for them any more. That nothing is freed too early or never is
// what the address sanitizer says of these tests.

#include <catch2/catch.hpp>
#include <random>

#include "loopback_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;

namespace {

farm::TaskOptions short_queue() {
  farm::TaskOptions options;
  options.chunk = 2;
  options.hwm = 1;
  return options;
}

}  // namespace

TEST_CASE("a batch that is dropped after its end makes room for the next", "[unit][hub]") {
  LoopbackFarm farm(2);
  for (int round = 0; round < 5; ++round) {
    farm::hub::Batch& batch = farm.map(farm::kernel<&unit::repeat>, counted(60), short_queue());
    CHECK(batch.number == 0);
    farm.run();
    farm.hub->drop(batch);
  }
  CHECK(farm.hub->totals().done == 300);
}

TEST_CASE("a batch that is dropped before its end still runs to it", "[unit][hub]") {
  LoopbackFarm farm(2);
  for (int round = 0; round < 3; ++round) {
    farm.hub->drop(farm.map(farm::kernel<&unit::square>, counted(20), short_queue()));
  }
  farm.run();
  CHECK(farm.hub->totals().done == 60);
  CHECK(farm.map(farm::kernel<&unit::square>, counted(1)).number < 3);
}

TEST_CASE("a batch can be dropped and cancelled at any moment", "[unit][hub]") {
  const auto seed = GENERATE(range(0U, 30U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  LoopbackFarm farm(3, seed);
  std::vector<farm::hub::Batch*> held;
  std::uint64_t submitted = 0;
  for (int event = 0; event < 300; ++event) {
    switch (random() % 5) {
      case 0: {
        const int items = 1 + static_cast<int>(random() % 12);
        submitted += static_cast<std::uint64_t>(items);
        held.push_back(&farm.map(farm::kernel<&unit::odd_fails>, counted(items), short_queue()));
        break;
      }
      case 1:
        if (held.empty()) break;
        if (random() % 2 == 0) farm.hub->cancel(*held[random() % held.size()]);
        break;
      case 2: {
        if (held.empty()) break;
        const std::size_t at = random() % held.size();
        farm.hub->drop(*held[at]);
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 3:
        farm.servers[random() % 3]->step();
        break;
      default:
        farm.hub->poll();
    }
  }
  farm.run();
  const farm::hub::Totals& totals = farm.hub->totals();
  CHECK(totals.submitted == submitted);
  CHECK(totals.done + totals.failed + totals.aborted == submitted);
  CHECK(totals.running == 0);
  CHECK(farm.hub->scheduler().in_flight() == 0);
  for (farm::hub::Batch* batch : held) {
    CHECK(batch->settled());
    farm.hub->drop(*batch);
  }
}

TEST_CASE("a hub may end with batches under way", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm.map(farm::kernel<&unit::repeat>, counted(100), short_queue());
  farm.servers[0]->step();
  farm.hub->poll();
  SUCCEED("nothing leaks");
}

TEST_CASE("failures that nobody looked at are kept, five of them in full", "[unit][hub]") {
  LoopbackFarm farm(2);
  farm::hub::Batch& seen = farm.map(farm::kernel<&unit::odd_fails>, std::vector<int>{1, 3});
  farm.hub->drop(farm.map(farm::kernel<&unit::odd_fails>, counted(20)));
  farm.run();
  seen.noticed = true;
  farm.hub->drop(seen);
  CHECK(farm.hub->unnoticed() == 10);
  REQUIRE(farm.hub->first_unnoticed().size() == 5);
  const auto& first = farm.hub->first_unnoticed().front();
  CHECK(farm::detail::decode_failure(first.failure.span()).message.starts_with("odd: "));
  CHECK(farm::detail::readable_name(*first.kernel) == "unit::odd_fails");
}

TEST_CASE("a promise is settled by hand", "[unit][hub]") {
  LoopbackFarm farm(1);
  farm::hub::Batch* promise = farm.hub->promise(2, sizeof(int));
  int called = 0;
  farm.hub->on_done(*promise, {farm::detail::RunBy::anybody, [&called] { ++called; }});
  const int value = 42;
  farm::TaskInfo info;
  info.engine = 1;
  farm.hub->settle(*promise, 1, {farm::detail::Status::done, std::as_bytes(std::span(&value, 1))},
                   info);
  CHECK_FALSE(promise->settled());
  CHECK_FALSE(farm.hub->has_due(farm::detail::RunBy::anybody));
  farm.hub->settle(*promise, 0, {farm::detail::Status::aborted, {}}, info);
  CHECK(promise->settled());
  CHECK(LoopbackFarm::value<int>(*promise, 1) == 42);
  CHECK(promise->results->read(0).status == farm::detail::Status::aborted);
  while (farm.hub->has_due(farm::detail::RunBy::anybody)) {
    farm.hub->next_due(farm::detail::RunBy::anybody).run();
  }
  CHECK(called == 1);
  farm.hub->drop(*promise);
}
