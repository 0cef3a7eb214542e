#include <catch2/catch.hpp>

#include "loopback_farm.hpp"

using farm::detail::Status;
using unit::counted;
using unit::LoopbackFarm;

namespace {

farm::TaskOptions chunks_of(farm::CountOrAutomatic chunk, farm::CountOrAutomatic hwm = 2) {
  farm::TaskOptions options;
  options.chunk = chunk;
  options.hwm = hwm;
  return options;
}

}  // namespace

TEST_CASE("a map's results stand in the order of its inputs at every chunk size", "[unit][hub]") {
  const auto seed = GENERATE(range(0U, 3U));
  for (const farm::CountOrAutomatic chunk :
       {farm::CountOrAutomatic(farm::automatic), {1}, {2}, {7}, {64}, {100}, {1000}}) {
    for (const int hwm : {0, 1, 3}) {
      CAPTURE(seed, chunk.is_automatic(), chunk.count(), hwm);
      LoopbackFarm farm(3, seed);
      farm::hub::Batch& numbers =
          farm.map(farm::kernel<&unit::square>, counted(100), chunks_of(chunk, hwm));
      farm::hub::Batch& words =
          farm.map(farm::kernel<&unit::repeat>, counted(100), chunks_of(chunk, hwm));
      farm.run();
      const std::vector<int> squares = LoopbackFarm::values<int>(numbers);
      const auto texts = LoopbackFarm::values<std::string>(words);
      for (int i = 0; i < 100; ++i) {
        REQUIRE(squares[static_cast<std::size_t>(i)] == i * i);
        REQUIRE(texts[static_cast<std::size_t>(i)].size() == static_cast<std::size_t>(i % 50));
      }
      CHECK(farm.hub->totals().done == 200);
      CHECK(farm.hub->totals().running == 0);
      CHECK(farm.hub->totals().outstanding() == 0);
    }
  }
}

TEST_CASE("errors in the middle of a map stay with their items", "[unit][hub]") {
  const auto seed = GENERATE(range(10U, 14U));
  for (const int chunk : {1, 2, 5, 100}) {
    CAPTURE(seed, chunk);
    LoopbackFarm farm(2, seed);
    farm::hub::Batch& fixed =
        farm.map(farm::kernel<&unit::odd_fails>, counted(21), chunks_of(chunk));
    farm::hub::Batch& variable =
        farm.map(farm::kernel<&unit::odd_fails_in_words>, counted(21), chunks_of(chunk));
    farm.run();
    for (int i = 0; i < 21; ++i) {
      const auto at = static_cast<std::uint64_t>(i);
      if (i % 2 == 0) {
        CHECK(LoopbackFarm::value<int>(fixed, at) == i);
        CHECK(LoopbackFarm::value<std::string>(variable, at) == std::to_string(i));
      } else {
        CHECK(LoopbackFarm::failure(fixed, at).message == "odd: " + std::to_string(i));
        CHECK(LoopbackFarm::failure(variable, at).type == "std::runtime_error");
      }
    }
    CHECK(fixed.results->progress().failed == 10);
    CHECK(farm.hub->totals().failed == 20);
    CHECK(farm.hub->totals().done == 22);
  }
}

TEST_CASE("kernels without a result are done all the same", "[unit][hub]") {
  LoopbackFarm farm(2);
  farm::hub::Batch& batch = farm.map(farm::kernel<&unit::nothing>, counted(10), chunks_of(3));
  farm.run();
  CHECK(batch.settled());
  CHECK(batch.results->read(9).status == Status::done);
  CHECK(batch.results->read(9).bytes.empty());
}

TEST_CASE("an empty map is over at once", "[unit][hub]") {
  LoopbackFarm farm(2);
  farm::hub::Batch& batch = farm.map(farm::kernel<&unit::square>, std::vector<int>());
  CHECK(batch.settled());
  CHECK(farm.wire.sent.empty());
  farm.hub->drop(batch);
}

TEST_CASE("what is settled is known item by item", "[unit][hub]") {
  LoopbackFarm farm(3, 5U);
  farm::hub::Batch& batch = farm.map(farm::kernel<&unit::square>, counted(200), chunks_of(3, 0));
  std::vector<std::uint64_t> order;
  while (!batch.settled()) {
    for (const auto& server : farm.servers) server->step();
    farm.hub->poll();
    if (!batch.results) continue;
    const std::uint64_t prefix = batch.results->settled_prefix();
    for (std::uint64_t i = 0; i < prefix; ++i) REQUIRE(batch.results->settled(i));
    if (prefix < batch.count) REQUIRE_FALSE(batch.results->settled(prefix));
    for (std::uint64_t k = order.size(); k < batch.results->progress().settled; ++k) {
      order.push_back(batch.results->completed(k));
      REQUIRE(batch.results->settled(order.back()));
    }
  }
  REQUIRE(order.size() == 200);
  CHECK(batch.results->completed(17) == order[17]);
  for (std::uint64_t k = 0; k < 200; ++k) CHECK(batch.results->completed(k) == order[k]);
  std::ranges::sort(order);
  for (std::uint64_t i = 0; i < 200; ++i) REQUIRE(order[i] == i);
}

TEST_CASE("times are in order and say who ran it", "[unit][hub]") {
  LoopbackFarm farm(3);
  farm::hub::Batch& batch = farm.map(farm::kernel<&unit::where>, counted(30), chunks_of(4));
  farm.run();
  for (std::uint64_t i = 0; i < 30; ++i) {
    const farm::hub::Record& record = batch.results->record_of(i);
    CHECK(record.engine == LoopbackFarm::value<int>(batch, i));
    CHECK(batch.submitted <= record.started);
    CHECK(record.started <= record.completed);
    CHECK(record.completed <= record.received);
    CHECK(record.attempt == 1);
    CHECK(i >= record.first);
    CHECK(i < record.first + record.count);
  }
}

TEST_CASE("cancelling settles what is queued as aborted", "[unit][hub]") {
  const auto seed = GENERATE(range(20U, 25U));
  CAPTURE(seed);
  LoopbackFarm farm(2, seed);
  farm::hub::Batch& batch = farm.map(farm::kernel<&unit::square>, counted(50), chunks_of(2, 1));
  farm::hub::Batch& other = farm.map(farm::kernel<&unit::square>, counted(5), chunks_of(1, 1));
  for (unsigned i = 0; i < seed - 20; ++i) {
    farm.servers[0]->step();
    farm.hub->poll();
  }
  const std::uint64_t cancelled = farm.hub->cancel(batch);
  CHECK(cancelled > 0);
  CHECK(farm.hub->cancel(batch) == 0);
  farm.run();
  CHECK(batch.settled());
  CHECK(batch.results->progress().aborted == cancelled);
  std::uint64_t aborted = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const Status status = batch.results->read(i).status;
    aborted += status == Status::aborted ? 1U : 0U;
    if (status != Status::aborted)
      CHECK(LoopbackFarm::value<int>(batch, i) == static_cast<int>(i * i));
  }
  CHECK(aborted == cancelled);
  CHECK(LoopbackFarm::values<int>(other).size() == 5);
  CHECK(farm.hub->totals().aborted == cancelled);
  CHECK(farm.hub->totals().outstanding() == 0);
}

TEST_CASE("cancelling a share leaves the others alone", "[unit][hub]") {
  LoopbackFarm farm(1);
  const auto& mine = farm.route(chunks_of(1, 1), 7);
  const auto& yours = farm.route(chunks_of(1, 1), 8);
  farm::hub::Batch* first =
      farm.hub->submit(LoopbackFarm::submission(farm::kernel<&unit::square>, counted(5), mine));
  farm::hub::Batch* second =
      farm.hub->submit(LoopbackFarm::submission(farm::kernel<&unit::square>, counted(5), yours));
  CHECK(farm.hub->cancel_share(7) == 4);
  farm.run();
  CHECK(first->results->progress().aborted == 4);
  CHECK(second->results->progress().settled == 5);
  CHECK(second->results->progress().aborted == 0);
}
