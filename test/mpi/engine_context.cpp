#include <catch2/catch.hpp>
#include <set>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace context_kernels {

struct Seen {
  int engine = -1;
  int engines = 0;
  std::uint64_t task = 0;
  bool operator==(const Seen&) const = default;
};

Seen look(farm::Engine& here, int) { return {here.id().rank(), here.size(), number(here.task())}; }
std::string host(farm::Engine& here) { return here.host(); }
std::pair<std::uint64_t, std::uint64_t> draw(farm::Engine& here, int) {
  const std::uint64_t first = here.random()();
  return {first, here.random()()};
}

}  // namespace context_kernels

using namespace context_kernels;

TEST_CASE("A kernel that asks for its engine sees where it runs and which task it is", "[engine]") {
  for (const farm::CountOrAutomatic chunk : {farm::CountOrAutomatic(1), farm::CountOrAutomatic(13),
                                             farm::CountOrAutomatic(farm::automatic)}) {
    auto result =
        client().load_balanced().with({.chunk = chunk}).map(farm::kernel<&look>, numbers(100));
    const std::vector<Seen> seen = result.get();
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const farm::TaskInfo info = result.info(i);
      REQUIRE(seen[i] ==
              Seen{info.engine.rank(), static_cast<int>(client().size()), number(info.id)});
    }
  }
  for (const farm::EngineInfo& engine : client().engines()) {
    REQUIRE(client().load_balanced({engine.id}).apply(farm::kernel<&host>).get() == engine.host);
  }
}

TEST_CASE("Random streams differ from task to task and go on within a task", "[engine]") {
  const auto drawn = client().load_balanced().map(farm::kernel<&draw>, numbers(500)).get();
  std::set<std::uint64_t> different;
  for (const auto& [first, second] : drawn) {
    different.insert(first);
    different.insert(second);
  }
  REQUIRE(different.size() == 1000);
}

TEST_CASE("Every engine gets work of a long map", "[engine]") {
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 0});
  std::set<int> engines;
  for (const Seen& seen : tasks.map(farm::kernel<&look>, numbers(1000))) {
    engines.insert(seen.engine);
  }
  REQUIRE(engines.size() == client().size());
}
