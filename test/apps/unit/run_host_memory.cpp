#include "farm_app/run/host_memory.hpp"

#include <catch2/catch.hpp>

#include "farm_app/command_line.hpp"

using Catch::Matchers::Contains;

namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30U;

}  // namespace

TEST_CASE("run: a host has memory, and some of it is available") {
  CHECK(app::total_bytes() >= app::available_bytes());
  CHECK(app::total_bytes() < (std::uint64_t{1} << 60U));
  CHECK(app::available_bytes() > 0);
}

TEST_CASE("run: what no host has is refused, and what some have runs there") {
  using Indices = std::vector<std::size_t>;
  CHECK(app::large_enough({gib, 4 * gib, 2 * gib}, 2 * gib, "--memfree") == Indices{1, 2});
  CHECK(app::large_enough({gib, gib}, 0, "--memfree") == Indices{0, 1});
  CHECK_THROWS_AS(app::large_enough({gib}, 2 * gib, "--mem"), app::UsageError);
  CHECK_THROWS_WITH(app::large_enough({gib, 3 * gib / 2}, 2 * gib, "--mem"),
                    "--mem 2 GiB: no host has so much memory; the largest has 1.5 GiB");
}

TEST_CASE("run: a long wait for memory is told once") {
  app::MemoryWait wait("engine 3 on node7");
  std::string news;
  CHECK(wait.over(5 * gib, 4 * gib, 0, news));
  CHECK_FALSE(wait.over(gib, 4 * gib, 100, news));
  CHECK_FALSE(wait.over(gib, 4 * gib, 109, news));
  CHECK(news.empty());
  CHECK_FALSE(wait.over(gib, 4 * gib, 110.5, news));
  CHECK(news == "engine 3 on node7 waits for memory (--memfree): 1 GiB of 4 GiB are available\n");
  news.clear();
  CHECK_FALSE(wait.over(gib, 4 * gib, 200, news));
  CHECK(wait.over(4 * gib, 4 * gib, 201, news));
  CHECK_FALSE(wait.over(gib, 4 * gib, 300, news));
  CHECK_FALSE(wait.over(gib, 4 * gib, 400, news));
  CHECK(news.empty());
}
