#include <catch2/catch.hpp>
#include <numeric>
#include <thread>

#include "threaded_farm.hpp"

using unit::counted;
using unit::ThreadedFarm;

namespace direct_kernels {

constexpr farm::Name<int> number{"number"};
constexpr farm::Name<std::vector<int>> part{"part"};

int total(farm::Engine& here, const std::vector<int>& values) {
  return here.communicator().all_reduce(std::accumulate(values.begin(), values.end(), 0),
                                        std::plus<>());
}
int fails_on_two(farm::Engine& here) {
  if (here.id().rank() == 2) throw std::runtime_error("two");
  here.communicator().barrier();
  return 0;
}
int rank(farm::Engine& here) { return here.communicator().rank(); }
void wait_for(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace direct_kernels

using namespace direct_kernels;

TEST_CASE("a direct view works over engines that are threads", "[unit][direct]") {
  for (const bool progress : {true, false}) {
    ThreadedFarm farm(3, progress);
    auto all = farm.client.direct();
    all.push(number, 5).get();
    CHECK(all.pull(number).get() == std::vector{5, 5, 5});
    all.scatter(part, counted(100'000)).get();
    CHECK(all.gather(part).get() == counted(100'000));
    CHECK(all.apply(farm::kernel<&rank>).get() == std::vector{0, 1, 2});
    all.scatter(part, counted(100)).get();
    CHECK(all.apply(farm::kernel<&total>, part).get() == std::vector{4950, 4950, 4950});
    CHECK(all.reduce(number, std::plus<>()).get() == 15);
  }
}

TEST_CASE("several threads of the driver make direct calls", "[unit][direct]") {
  ThreadedFarm farm(3);
  std::vector<std::jthread> threads;
  std::atomic<int> right{0};
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string text = "of thread " + std::to_string(thread);
      const farm::Name<std::vector<int>> mine{text};
      auto view = thread == 0 ? farm.client.direct() : farm.client.direct({thread, 3});
      for (int round = 0; round < 20; ++round) {
        const std::vector<int> data = counted(50'000 + round);
        view.scatter(mine, data);  // lent; the handle waits as it goes
        if (view.gather(mine).get() == data) ++right;
      }
    });
  }
  threads.clear();
  CHECK(right == 60);
}

TEST_CASE("a group in which a kernel failed is replaced", "[unit][direct]") {
  ThreadedFarm farm(3);
  auto all = farm.client.direct();
  for (int round = 0; round < 5; ++round) {
    CHECK_THROWS_AS(all.apply(farm::kernel<&fails_on_two>).get(), farm::CompositeError);
    CHECK(all.apply(farm::kernel<&rank>).get() == std::vector{0, 1, 2});
  }
}

TEST_CASE("a call that nobody waits for is reported if it fails", "[unit][direct]") {
  ThreadedFarm farm(2);
  const farm::Name<double> missing{"missing"};
  farm.client.direct().pull(missing);
  farm.client.wait();
  CHECK(farm.client.outstanding() == 0);
}

TEST_CASE("what is lent is waited for while the farm works on", "[unit][direct]") {
  ThreadedFarm farm(2);
  auto all = farm.client.direct();
  all.apply(farm::kernel<&wait_for>, 20);
  const std::vector<int> data = counted(100'000);
  auto sent = all.push(part, data);
  CHECK_FALSE(sent.sent());
  CHECK_THROWS_AS(sent.wait_sent(farm::Seconds{0}), farm::TimeoutError);
  sent.wait_sent(farm::Seconds{10});
  CHECK(sent.sent());
  sent.get();
}

TEST_CASE("gathered elements keep the memory of the caller's vector", "[unit][client]") {
  ThreadedFarm farm(2);
  constexpr farm::Name<std::vector<int>> part{"part"};
  auto all = farm.client.direct();
  all.scatter(part, unit::counted(1000)).get();
  std::vector<int> into(1000);
  const int* const memory = into.data();
  all.gather_into(part, into).get();
  CHECK(into == unit::counted(1000));
  CHECK(into.data() == memory);
  all.gather_into(farm::Name<std::vector<int>>{"nothing"}, into).wait();
  CHECK(into == unit::counted(1000));
}
