#include "farm/targets.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <stdexcept>

#include "farm/partition.hpp"

namespace {

std::vector<farm::EngineId> ids(int n) {
  std::vector<farm::EngineId> ids;
  for (int i = 1; i <= n; ++i) ids.emplace_back(i);
  return ids;
}
std::vector<int> selected(int n, const farm::Slice& slice) {
  std::vector<int> ranks;
  for (const farm::EngineId id : farm::select(ids(n), slice)) ranks.push_back(id.rank());
  return ranks;
}

constexpr auto none = std::nullopt;

}  // namespace

TEST_CASE("slices select as Python's do", "[unit][targets][b003]") {
  using V = std::vector<int>;
  CHECK(selected(5, farm::every(1)) == V{1, 2, 3, 4, 5});
  CHECK(selected(5, farm::every(2)) == V{1, 3, 5});
  CHECK(selected(5, farm::every(-1)) == V{5, 4, 3, 2, 1});
  CHECK(selected(5, farm::every(-2)) == V{5, 3, 1});
  CHECK(selected(5, farm::slice(1, none)) == V{2, 3, 4, 5});
  CHECK(selected(5, farm::slice(none, 2)) == V{1, 2});
  CHECK(selected(5, farm::slice(-2, none)) == V{4, 5});
  CHECK(selected(5, farm::slice(none, -2)) == V{1, 2, 3});
  CHECK(selected(5, farm::slice(1, -1, 2)) == V{2, 4});
  CHECK(selected(5, farm::slice(3, 1, -1)) == V{4, 3});
  CHECK(selected(5, farm::slice(none, 1, -1)) == V{5, 4, 3});
  CHECK(selected(5, farm::slice(-100, 100)) == V{1, 2, 3, 4, 5});
  CHECK(selected(5, farm::slice(100, -100, -1)) == V{5, 4, 3, 2, 1});
  CHECK(selected(5, farm::slice(3, 3)).empty());
  CHECK(selected(5, farm::slice(7, none)).empty());
  CHECK(selected(0, farm::every(1)).empty());
  CHECK(selected(0, farm::every(-1)).empty());
  CHECK(selected(3, farm::every(std::numeric_limits<int>::max())) == V{1});
  CHECK(selected(3, farm::every(std::numeric_limits<int>::min())) == V{3});
  CHECK_THROWS_AS(selected(3, farm::every(0)), std::invalid_argument);
}

TEST_CASE("parts cover a range without gaps and differ by at most one", "[unit][targets][b044]") {
  CHECK(farm::part_size(10, 4, 0) == 3);
  CHECK(farm::part_size(10, 4, 1) == 3);
  CHECK(farm::part_size(10, 4, 2) == 2);
  CHECK(farm::part_size(10, 4, 3) == 2);
  for (std::size_t n = 0; n < 40; ++n) {
    for (std::size_t q = 1; q < 12; ++q) {
      std::size_t next = 0;
      for (std::size_t i = 0; i < q; ++i) {
        CHECK(farm::part_begin(n, q, i) == next);
        next += farm::part_size(n, q, i);
        CHECK(farm::part_size(n, q, i) >= farm::part_size(n, q, q - 1));
        CHECK(farm::part_size(n, q, i) <= farm::part_size(n, q, q - 1) + 1);
      }
      CHECK(next == n);
    }
  }
}
