#include <catch2/catch.hpp>
#include <type_traits>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using Ids = std::vector<farm::EngineId>;

namespace direct_view_kernels {

int id_of(farm::Engine& here) { return here.id().rank(); }

}  // namespace direct_view_kernels

using direct_view_kernels::id_of;

namespace {

Ids reversed(Ids ids) {
  std::reverse(ids.begin(), ids.end());
  return ids;
}
std::vector<int> ranks(const Ids& ids) {
  std::vector<int> ranks;
  for (const farm::EngineId id : ids) ranks.push_back(id.rank());
  return ranks;
}

}  // namespace

TEST_CASE("One engine answers a bare value, a list of one a list", "[direct][b002]") {
  const farm::EngineId last = client().ids().back();
  auto bare = client()[last].apply(farm::kernel<&id_of>);
  auto list = client().direct(Ids{last}).apply(farm::kernel<&id_of>);
  static_assert(std::is_same_v<decltype(bare.get()), int>);
  static_assert(std::is_same_v<decltype(list.get()), std::vector<int>>);
  REQUIRE(bare.get() == last.rank());
  REQUIRE(list.get() == std::vector{last.rank()});
  static_assert(std::is_same_v<decltype(client().direct().apply(farm::kernel<&id_of>).get()),
                               std::vector<int>>);
}

TEST_CASE("Slices and negative ids select as on a list and keep their order", "[direct][b003]") {
  const Ids ids = client().ids();
  REQUIRE(client().direct(farm::every(1)).targets() == ids);
  REQUIRE(client()[farm::every(-1)].targets() == reversed(ids));
  REQUIRE(client().direct({-1}).targets() == Ids{ids.back()});
  REQUIRE(client()[-1].id() == ids.back());
  Ids even;
  for (std::size_t i = 0; i < ids.size(); i += 2) even.push_back(ids[i]);
  REQUIRE(client()[farm::every(2)].targets() == even);
  REQUIRE(client()[farm::slice(0, 1)].targets() == Ids{ids.front()});
  REQUIRE(client()[farm::slice(-1, std::nullopt)].targets() == Ids{ids.back()});
  for (const farm::Slice& slice : {farm::every(2), farm::every(-1), farm::every(-2)}) {
    const auto view = client()[slice];
    REQUIRE(view.apply(farm::kernel<&id_of>).get() == ranks(view.targets()));
  }
}

TEST_CASE("Unknown engines, no engines and engines named twice are errors",
          "[direct][b004][b009]") {
  const int beyond = client().ids().back().rank() + 1;
  REQUIRE_THROWS_AS(client()[beyond], std::out_of_range);
  REQUIRE_THROWS_WITH(client().direct({beyond}), Catch::Contains("there is no engine"));
  REQUIRE_THROWS_AS(client().direct({-beyond - 2}), std::out_of_range);
  REQUIRE_THROWS_AS(client().direct(Ids{}), farm::NoEngines);
  REQUIRE_THROWS_AS(client().direct(farm::slice(0, 0)), farm::NoEngines);
  REQUIRE_THROWS_AS(client().direct(farm::every(0)), std::invalid_argument);
  const farm::EngineId first = client().ids().front();
  REQUIRE_THROWS_WITH(client().direct({first, first}), Catch::Contains("named twice"));
  // A key of another type does not compile.
  static_assert(!std::is_invocable_v<decltype([](auto& c, auto k) -> decltype(c[k]) {}),
                                     farm::Client&, std::string>);
}

TEST_CASE("Iterating the client gives one view of each engine in id order", "[direct][b005]") {
  std::vector<int> seen;
  for (const farm::EngineView engine : client()) {
    seen.push_back(engine.apply(farm::kernel<&id_of>).get());
    REQUIRE(engine.id().rank() == seen.back());
  }
  REQUIRE(seen == ranks(client().ids()));
}

// The engines of an MPI job do not change, so that both views have the same ones.
TEST_CASE("A view of all looks them up, a frozen one keeps them", "[direct][b006]") {
  const farm::DirectView all = client().direct();
  const farm::DirectView frozen = all.frozen();
  REQUIRE(all.targets() == client().ids());
  REQUIRE(frozen.targets() == client().ids());
}

TEST_CASE("The size of a view is its number of targets", "[direct][b008]") {
  REQUIRE(client().direct().size() == client().size());
  REQUIRE(client()[client().ids().front()].size() == 1);
  REQUIRE(client().direct({-1}).size() == 1);
}

TEST_CASE("Each direct call answers with its own engine's rank", "[direct][b012][np64]") {
  REQUIRE(client().direct().apply(farm::kernel<&id_of>).get() == ranks(client().ids()));
}
