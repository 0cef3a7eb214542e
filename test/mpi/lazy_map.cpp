#include <algorithm>
#include <catch2/catch.hpp>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::counted;
using farm_test::numbers;

namespace lazy_kernels {

int twice(int x) { return 2 * x; }
int fails_at_7(int x) {
  if (x == 7) throw std::runtime_error("seven");
  return x;
}

std::vector<int> doubled(int n) {
  std::vector<int> all = numbers(n);
  for (int& x : all) x *= 2;
  return all;
}

// Item 0 waits at the gate, the others pass.
int hold_first(const std::string& gate, int x) { return x == 0 ? farm_test::hold(gate, x) : x; }

template <class Range>
std::vector<int> read(Range& range) {
  std::vector<int> all;
  for (const int x : range) all.push_back(x);
  return all;
}

}  // namespace lazy_kernels

using namespace lazy_kernels;

// max_outstanding bounds what is submitted and not completed; `buffer` bounds what is not consumed.
TEST_CASE("A lazy map takes an infinite input and stops reading when it is cancelled",
          "[imap][b076][b079]") {
  auto tasks = client().load_balanced().with({.chunk = 1});
  auto lazy = tasks.imap(farm::kernel<&twice>, counted(), {.max_outstanding = 2, .buffer = 4});
  std::vector<int> seen;
  for (const int x : lazy) {
    seen.push_back(x);
    if (seen.size() == 4) break;
  }
  lazy.cancel();
  const std::size_t submitted = lazy.submitted();
  REQUIRE(submitted >= 4);
  REQUIRE(submitted < 10);
  // What was submitted still completes. The loop was left at the fourth, which is still the first.
  const std::vector<int> rest = read(lazy);
  REQUIRE(lazy.submitted() == submitted);
  seen.pop_back();
  seen.insert(seen.end(), rest.begin(), rest.end());
  REQUIRE(seen == doubled(static_cast<int>(submitted)));
}

TEST_CASE("An infinite lazy map may simply be left", "[imap][b076]") {
  for (int round = 0; round < 3; ++round) {
    int count = 0;
    for (const int x : client().load_balanced().imap(farm::kernel<&twice>, counted())) {
      REQUIRE(x == 2 * count);
      if (++count == 1000) break;
    }
  }
  REQUIRE(client().wait(farm::Seconds{60}));
}

TEST_CASE("Without a bound the input is read at once", "[imap][b080]") {
  auto tasks = client().load_balanced();
  auto greedy = tasks.imap(farm::kernel<&twice>, counted(1000), {.max_outstanding = 0});
  REQUIRE(greedy.submitted() == 1000);
  REQUIRE(read(greedy) == doubled(1000));
}

// The original's default is one chunk an engine; two hide the way back and forth.
TEST_CASE("By default two chunks an engine are outstanding", "[imap][b080]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1});
  auto lazy = tasks.imap(farm::bind(farm::kernel<&farm_test::hold>, gate.path()), counted(1000));
  client().wait(farm::Seconds{0.05});
  REQUIRE(lazy.submitted() == 2 * client().size());
  gate.open();
  REQUIRE(read(lazy) == numbers(1000));
}

TEST_CASE("Completion reads the next input, consumption is not needed", "[imap][b084]") {
  auto tasks = client().load_balanced().with({.chunk = 1});
  auto lazy = tasks.imap(farm::kernel<&twice>, counted(50), {.max_outstanding = 2});
  for (int i = 0; i < 1000 && lazy.submitted() < 50; ++i) client().wait(farm::Seconds{0.01});
  REQUIRE(lazy.submitted() == 50);
  REQUIRE(read(lazy) == doubled(50));
}

TEST_CASE("An exception of the input reaches the consumer after the results before it",
          "[imap][b081]") {
  farm_test::Generator<int> broken([next = 0]() mutable -> std::optional<int> {
    if (next == 10) throw std::domain_error("the input is broken");
    return next++;
  });
  for (const int chunk : {1, 4, 100}) {
    farm_test::Generator<int> copy = broken;
    auto lazy = client().load_balanced().with({.chunk = chunk}).imap(farm::kernel<&twice>, copy);
    std::vector<int> seen;
    const auto consume = [&] {
      for (const int x : lazy) seen.push_back(x);
    };
    REQUIRE_THROWS_AS(consume(), std::domain_error);
    REQUIRE(seen == doubled(10));
  }
}

TEST_CASE("Every buffer and chunk gives the reference", "[imap][b082]") {
  for (const int buffer : {1, 2, 9, 10, 11}) {
    for (const int chunk : {1, 2, 9, 10, 11}) {
      auto tasks = client().load_balanced().with({.chunk = chunk});
      auto lazy = tasks.imap(farm::kernel<&twice>, counted(100), {.buffer = buffer});
      REQUIRE(read(lazy) == doubled(100));
      REQUIRE(lazy.submitted() == 100);
    }
  }
}

// A bound that is no whole number does not compile.
TEST_CASE("Wrong bounds of a lazy map are refused", "[imap][b082]") {
  auto tasks = client().load_balanced();
  const auto with = [&](const farm::LazyOptions& lazy) {
    tasks.imap(farm::kernel<&twice>, numbers(3), lazy);
  };
  REQUIRE_THROWS_AS(with({.max_outstanding = -1}), std::invalid_argument);
  REQUIRE_THROWS_AS(with({.buffer = 0}), std::invalid_argument);
  REQUIRE_THROWS_AS(with({.buffer = -3}), std::invalid_argument);
}

TEST_CASE("A lazy map refers to a named input and keeps a temporary one", "[imap]") {
  auto tasks = client().load_balanced();
  std::vector<int> named = numbers(200);
  auto referring = tasks.imap(farm::kernel<&twice>, named);
  auto keeping = tasks.imap(farm::kernel<&twice>, numbers(200));
  REQUIRE(read(referring) == doubled(200));
  REQUIRE(read(keeping) == doubled(200));
  REQUIRE(read(keeping).empty());
}

TEST_CASE("An unordered lazy map yields what completes first", "[imap][b065]") {
  const farm_test::Gate gate;
  auto tasks = client().load_balanced().with({.chunk = 1, .hwm = 1, .ordered = false});
  if (client().size() < 2) gate.open();  // one engine alone runs them one after the other
  auto lazy = tasks.imap(farm::bind(farm::kernel<&hold_first>, gate.path()), counted(20));
  std::vector<int> order;
  for (const int x : lazy) {
    order.push_back(x);
    if (order.size() == 19) gate.open();
  }
  if (client().size() >= 2) REQUIRE(order.back() == 0);
  std::sort(order.begin(), order.end());
  REQUIRE(order == numbers(20));
}

TEST_CASE("A failed item is thrown where it stands and the rest can be read", "[imap]") {
  auto tasks = client().load_balanced();
  auto lazy = tasks.imap(farm::kernel<&fails_at_7>, counted(20));
  auto it = lazy.begin();
  for (int i = 0; i < 7; ++i, ++it) REQUIRE(*it == i);
  REQUIRE_THROWS_AS(*it, farm::RemoteError);
  ++it;
  REQUIRE(*it == 8);
}

TEST_CASE("A long lazy map with an automatic chunk", "[imap]") {
  auto lazy = client().load_balanced().imap(farm::kernel<&twice>, counted(200'000));
  int next = 0;
  int wrong = 0;
  for (const int x : lazy) wrong += x == 2 * next++ ? 0 : 1;
  REQUIRE(next == 200'000);
  REQUIRE(wrong == 0);
}
