#include "farm/map_reduce.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <stdexcept>

#include "mpi/farm_client.hpp"

using farm_test::client;

namespace map_reduce_kernels {

using Histogram = std::map<std::string, int>;

void count_letters(Histogram& letters, const std::string& word) {
  for (const char c : word) ++letters[std::string(1, c)];
}
void add(Histogram& into, const Histogram& from) {
  for (const auto& [letter, count] : from) into[letter] += count;
}
Histogram same(const Histogram& letters) { return letters; }

// What an engine was given, as one number per engine.
struct Sums {
  std::map<int, int> by_engine;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& by_engine;
  }
};
void sum(farm::Engine& here, Sums& sums, int x) { sums.by_engine[here.id().rank()] += x; }
void join(Sums& into, Sums&& from) { into.by_engine.merge(from.by_engine); }
std::map<int, int> by_engine(Sums&& sums) { return std::move(sums.by_engine); }

void refuse_seven(int& sum, int x) {
  if (x == 7) throw std::runtime_error("seven");
  sum += x;
}
void plus(int& into, int from) { into += from; }
int twice(int sum) { return 2 * sum; }

}  // namespace map_reduce_kernels

namespace kernels = map_reduce_kernels;

namespace {

auto add_up(const std::vector<int>& numbers, int zero = 0) {
  return farm::map_reduce(client().direct(), numbers, zero, farm::kernel<&kernels::plus>,
                          farm::kernel<&kernels::plus>, farm::kernel<&kernels::twice>);
}

}  // namespace

TEST_CASE("map_reduce counts as one loop does", "[map_reduce]") {
  const std::vector<std::string> words{"to", "be", "or", "not", "to", "be", "", "that"};
  kernels::Histogram expected;
  for (const std::string& word : words) kernels::count_letters(expected, word);
  const auto letters = farm::map_reduce(client().direct(), words, kernels::Histogram(),
                                        farm::kernel<&kernels::count_letters>,
                                        farm::kernel<&kernels::add>, farm::kernel<&kernels::same>);
  REQUIRE(letters.get() == expected);
  REQUIRE(letters.get() == expected);
}

TEST_CASE("Every engine begins with the zero, and the reducer runs once", "[map_reduce]") {
  std::vector<int> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 0);
  const int engines = static_cast<int>(client().size());
  REQUIRE(add_up(numbers).get() == 2 * 499500);
  REQUIRE(add_up(numbers, 10).get() == 2 * (499500 + 10 * engines));
  REQUIRE(add_up({}).get() == 0);
  REQUIRE(add_up({3}).get() == 6);
}

TEST_CASE("Inputs of falling cost are dealt like cards", "[map_reduce]") {
  std::vector<int> costs;
  for (int i = 200; i > 0; --i) costs.push_back(i);
  const auto sums =
      farm::map_reduce(client().direct(), costs, kernels::Sums(), farm::kernel<&kernels::sum>,
                       farm::kernel<&kernels::join>, farm::kernel<&kernels::by_engine>)
          .get();
  REQUIRE(sums.size() == client().size());
  int least = costs.front() * 200;
  int most = 0;
  for (const auto& [engine, sum] : sums) {
    least = std::min(least, sum);
    most = std::max(most, sum);
  }
  REQUIRE(most - least <= costs.front());
}

TEST_CASE("A view of some engines, in any order, leaves the others alone", "[map_reduce]") {
  std::vector<farm::EngineId> some{client().ids().back()};
  if (client().size() > 2) some.push_back(client().ids().front());
  const auto sums = farm::map_reduce(client().direct(some), std::vector{1, 2, 3}, kernels::Sums(),
                                     farm::kernel<&kernels::sum>, farm::kernel<&kernels::join>,
                                     farm::kernel<&kernels::by_engine>)
                        .get();
  REQUIRE(sums.size() == some.size());
  REQUIRE(sums.at(some.front().rank()) == (some.size() == 2 ? 4 : 6));
}

TEST_CASE("A mapper that fails is reported with its own error, and the farm goes on",
          "[map_reduce]") {
  const auto failing = farm::map_reduce(
      client().direct(), std::vector{5, 6, 7, 8}, 0, farm::kernel<&kernels::refuse_seven>,
      farm::kernel<&kernels::plus>, farm::kernel<&kernels::twice>);
  int sevens = 0;
  try {
    failing.get();
  } catch (const farm::CompositeError& errors) {
    for (const auto& entry : errors.entries()) {
      try {
        std::rethrow_exception(entry.error);
      } catch (const farm::RemoteError& error) {
        sevens += error.message() == "seven" ? 1 : 0;
        REQUIRE((error.message() == "seven" || error.type() == "farm::PeerError"));
      }
    }
  }
  REQUIRE(sevens == 1);
  REQUIRE(add_up({1, 2, 3}).get() == 12);
}

TEST_CASE("Nothing stays in the engines' namespaces", "[map_reduce]") {
  const auto engines = client().direct();
  const auto before = engines.names().get();
  add_up({1, 2, 3}).get();
  REQUIRE(engines.names().get() == before);
}
