#include <catch2/catch.hpp>
#include <list>
#include <string>
#include <thread>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::counted;
using farm_test::numbers;

namespace scatter_kernels {

constexpr farm::Name<std::vector<int>> part{"part"};
constexpr farm::Name<int> one{"part"};

std::size_t length(const std::vector<int>& values) { return values.size(); }
void uneven_nap(farm::Engine& here) {
  if (here.id().rank() % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

std::vector<std::string> words(int n) {
  std::vector<std::string> all;
  for (int i = 0; i < n; ++i) all.push_back(std::string(static_cast<std::size_t>(i % 50), 'x'));
  return all;
}

}  // namespace scatter_kernels

using namespace scatter_kernels;

TEST_CASE("Parts differ by at most one and the first get the extra", "[scatter][b044]") {
  auto all = client().direct();
  const std::size_t q = client().size();
  for (const int n : {10, 101, 3}) {
    all.scatter(part, numbers(n)).get();
    const auto parts = all.pull(part).get();
    int next = 0;
    for (std::size_t i = 0; i < q; ++i) {
      const std::size_t extra = i < static_cast<std::size_t>(n) % q ? 1 : 0;
      REQUIRE(parts[i].size() == static_cast<std::size_t>(n) / q + extra);
      for (const int value : parts[i]) REQUIRE(value == next++);
    }
  }
}

TEST_CASE("gather(scatter(x)) is x, also with fewer elements than engines",
          "[scatter][b045][b046][b053][np64]") {
  auto all = client().direct();
  for (const int n : {16, 64, 101, 1, 0, 2, 100'000}) {
    all.scatter(part, numbers(n)).get();
    REQUIRE(all.gather(part).get() == numbers(n));
    all.scatter(part, numbers(n), {.distribution = farm::round_robin}).get();
    REQUIRE(all.gather(part, {.distribution = farm::round_robin}).get() == numbers(n));
  }
}

TEST_CASE("gather(scatter(x)) is x for elements of any size and any input range", "[scatter]") {
  auto all = client().direct();
  const farm::Name<std::vector<std::string>> texts{"texts"};
  for (const int n : {0, 1, 2, 101, 5000}) {
    all.scatter(texts, words(n)).get();
    REQUIRE(all.gather(texts).get() == words(n));
    all.scatter(texts, words(n), {.distribution = farm::round_robin}).get();
    REQUIRE(all.gather(texts, {.distribution = farm::round_robin}).get() == words(n));
  }
  auto generated = counted(1000);
  all.scatter(part, generated).get();
  REQUIRE(all.gather(part).get() == numbers(1000));
  const std::vector<int> hundred = numbers(100);
  all.scatter(part, std::list<int>(hundred.begin(), hundred.end())).get();
  REQUIRE(all.gather(part).get() == hundred);
  const farm::Name<std::vector<double>> converted{"converted"};
  all.scatter(converted, hundred).get();
  REQUIRE(all.gather(converted).get() == std::vector<double>(hundred.begin(), hundred.end()));
  const std::vector<bool> bits{true, false, true, true, false};
  const farm::Name<std::vector<bool>> flags{"flags"};
  all.scatter(flags, bits).get();
  REQUIRE(all.gather(flags).get() == bits);
}

TEST_CASE("Round robin deals element i to engine i mod q", "[scatter]") {
  auto all = client().direct();
  all.scatter(part, numbers(101), {.distribution = farm::round_robin}).get();
  const auto parts = all.pull(part).get();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t k = 0; k < parts[i].size(); ++k) {
      REQUIRE(parts[i][k] == static_cast<int>(i + k * parts.size()));
    }
  }
  // Parts of other sizes cannot have been dealt so.
  if (client().size() > 1) {
    client()[-1].push(part, numbers(500)).get();
    REQUIRE_THROWS_AS(all.gather(part, {.distribution = farm::round_robin}).get(),
                      std::length_error);
  }
}

TEST_CASE("Units stay together", "[scatter]") {
  auto all = client().direct();
  all.scatter(part, numbers(70), {.unit = 7}).get();
  for (const std::size_t size : all.apply(farm::kernel<&length>, part).get()) {
    REQUIRE(size % 7 == 0);
  }
  REQUIRE(all.gather(part).get() == numbers(70));
  all.scatter(part, numbers(70), {.distribution = farm::round_robin, .unit = 7}).get();
  REQUIRE(all.gather(part, {.distribution = farm::round_robin, .unit = 7}).get() == numbers(70));
  REQUIRE_THROWS_WITH(all.scatter(part, numbers(71), {.unit = 7}),
                      Catch::Contains("do not divide"));
  REQUIRE_THROWS_AS(all.scatter(part, numbers(71), {.unit = 0}), std::invalid_argument);
}

TEST_CASE("Gathering one value of each gives them in target order", "[scatter][b048]") {
  auto back = client()[farm::every(-1)];
  for (const farm::EngineView engine : client()) engine[one] = engine.id().rank();
  std::vector<int> expected;
  for (const farm::EngineId id : back.targets()) expected.push_back(id.rank());
  REQUIRE(back.gather(one).get() == expected);
}

TEST_CASE("A flattened part of one element is that element", "[scatter][b049]") {
  auto all = client().direct();
  const int q = static_cast<int>(client().size());
  all.scatter(part, numbers(q), {.flatten = true}).get();
  REQUIRE(all.pull(one).get() == numbers(q));
  REQUIRE(all.gather(part).get() == numbers(q));
}

TEST_CASE("Scatter and gather keep the order of a reversed view", "[scatter]") {
  auto back = client()[farm::every(-1)];
  back.scatter(part, numbers(37)).get();
  REQUIRE(back.gather(part).get() == numbers(37));
  REQUIRE(client()[-1].pull(part).get().front() == 0);
}

TEST_CASE("Scatter, then gather without a wait between, gives the full data", "[scatter][b052]") {
  auto all = client().direct();
  all.apply(farm::kernel<&uneven_nap>);
  auto sent = all.scatter(part, numbers(100'000));
  auto back = all.gather(part);
  REQUIRE(back.get() == numbers(100'000));
  REQUIRE(sent.successful());
}

TEST_CASE("Gathering a missing name fails with the remote error", "[scatter][b055]") {
  auto all = client().direct();
  all.clear().get();
  REQUIRE_THROWS_WITH(all.gather(part).get(), Catch::Contains("'part'"));
  REQUIRE_THROWS_AS(all.gather(part).get(), farm::CompositeError);
  // One that is missing does not spoil the next call.
  all.scatter(part, numbers(12)).get();
  client()[-1].clear(part).get();
  try {
    all.gather(part).get();
    FAIL("nothing was thrown");
  } catch (const farm::CompositeError& error) {
    CHECK(error.size() == 1);
    CHECK(error.entries().front().index == client().size() - 1);
  }
  all.scatter(part, numbers(12)).get();
  REQUIRE(all.gather(part).get() == numbers(12));
}

TEST_CASE("Memory that a call refers to is in use until it is sent", "[scatter][b056]") {
  auto all = client().direct();
  const std::vector<int> large = numbers(1'000'000);
  all.apply(farm::kernel<&nap>);
  auto sent = all.scatter(part, large);
  REQUIRE_FALSE(sent.sent());
  REQUIRE_THROWS_AS(sent.wait_sent(farm::Seconds{0}), farm::TimeoutError);
  sent.wait_sent();
  REQUIRE(sent.sent());
  REQUIRE(all.gather(part).get() == large);
  // A handle that goes first waits by itself.
  {
    const std::vector<int> soon_gone = numbers(500'000);
    all.push(part, soon_gone);
  }
  REQUIRE(client()[-1].pull(part).get() == numbers(500'000));
}

TEST_CASE("Gathered elements come into memory of the caller's", "[scatter]") {
  auto all = client().direct();
  all.scatter(part, numbers(300'000)).get();
  std::vector<int> into(300'000);
  const int* const memory = into.data();
  all.gather_into(part, into).get();
  REQUIRE(into == numbers(300'000));
  REQUIRE(into.data() == memory);
  std::vector<int> other;
  all.gather_into(part, other).get();
  REQUIRE(other == into);
}

TEST_CASE("An exception on its way out does not spoil the farm", "[scatter]") {
  auto all = client().direct();
  all.apply(farm::kernel<&nap>);
  try {
    const std::vector<int> lent = numbers(1'000'000);
    auto sent = all.scatter(part, lent);
    throw std::runtime_error("something else went wrong");
  } catch (const std::runtime_error&) {
    // What the engines had not taken was copied.
  }
  REQUIRE(all.gather(part).get() == numbers(1'000'000));
}

TEST_CASE("Many calls that wait for a busy engine leave the others to work", "[scatter][direct]") {
  auto all = client().direct();
  all.apply(farm::kernel<&nap>);
  std::vector<farm::AsyncMapResult<void>> pushes;
  for (int i = 0; i < 2000; ++i) pushes.push_back(all.push(one, i));
  REQUIRE(client()[-1].pull(one).get() == 1999);
  for (const auto& push : pushes) push.get();
}
