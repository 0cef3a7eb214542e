#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <thread>

#include "mpi/farm_client.hpp"
#include "mpi/gate.hpp"
#include "samples.hpp"

using farm_test::client;

namespace farm_test::publishing {

constexpr farm::Name<std::vector<double>> residuals{"residuals"};

// Publishes until the driver has seen enough.
int count_up(farm::Engine& here, const std::string& gate) {
  std::vector<double> errors;
  for (int i = 1;; ++i) {
    errors.push_back(1.0 / i);
    here.publish(i);
    here.publish(residuals, errors);
    here.progress(1 - 1.0 / i, "step " + std::to_string(i));
    here.sleep_for(farm::Seconds{0.002});
    if (std::filesystem::exists(gate)) {
      here.publish(-i);
      return i;
    }
  }
}

int attempts(farm::Engine& here, int x) {
  here.publish(std::string("attempt ") + std::to_string(here.attempt()));
  if (here.attempt() < 3) throw std::runtime_error("again");
  return x;
}

}  // namespace farm_test::publishing

namespace publishing = farm_test::publishing;

TEST_CASE("Data that a task publishes is seen before it ends, several times, and stays",
          "[published][b143]") {
  const farm_test::Gate gate;
  const std::string way = GENERATE("load-balanced", "direct", "in a sandbox");
  CAPTURE(way);
  const auto watch = [&](const auto& handle) {
    CHECK(handle.published_count() <= 1000);
    std::uint64_t seen = 0;
    std::set<int> values;
    while (values.size() < 3) {
      seen = handle.wait_published(seen, 0, farm::Seconds{20});
      if (const std::optional<int> value = handle.template published<int>()) values.insert(*value);
    }
    CHECK_FALSE(handle.ready());
    const auto errors = handle.published(publishing::residuals);
    REQUIRE(errors);
    CHECK(errors->front() == 1.0);
    CHECK(handle.task_progress().fraction < 1);
    CHECK(handle.task_progress().text.starts_with("step "));
    gate.open();
    handle.wait();
    CHECK(handle.template published<int>().value() < 0);
    CHECK(handle.published(publishing::residuals)->size() ==
          static_cast<std::size_t>(-*handle.template published<int>()));
  };
  if (way == "direct") {
    watch(client()
              .direct({client().ids().front()})
              .apply(farm::kernel<&publishing::count_up>, gate.path()));
  } else {
    auto tasks = client().load_balanced();
    if (way == "in a sandbox") tasks = tasks.with({.isolate = farm::Isolation::sandbox});
    watch(tasks.apply(farm::kernel<&publishing::count_up>, gate.path()));
  }
}

TEST_CASE("What a task that is tried again publishes replaces what it published before",
          "[published][b143]") {
  auto tasks = client().load_balanced().with({.retries = 2});
  auto result = tasks.map(farm::kernel<&publishing::attempts>, farm_test::numbers(20));
  result.get();
  for (std::size_t i = 0; i < 20; ++i) {
    REQUIRE(result.published<std::string>(i) == "attempt 3");
    REQUIRE(result.published_count(i) == 3);
  }
}
