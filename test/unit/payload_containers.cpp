#include <catch2/catch.hpp>
#include <deque>
#include <list>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "payload_round_trip.hpp"

using namespace std::string_literals;
using unit::check_refused;
using unit::through;

namespace {

struct Nothing {
  friend bool operator==(Nothing, Nothing) = default;
};

template <class T>
void check(const T& value) {
  CHECK(through(value) == value);
}

}  // namespace

TEST_CASE("strings travel whatever is in them", "[unit][payload]") {
  check(""s);
  check("plain"s);
  check("\xe2\x82\xac \xf0\x9f\x9a\x9c"s);
  check("a\0b\0"s);
  check(std::string(100'000, 'x'));
  check(std::wstring(L"wide \u20ac"));
  check(std::u32string(U"\U0001F69C"));
}

TEST_CASE("sequences travel", "[unit][payload]") {
  check(std::vector<int>());
  check(std::vector<int>{1, -2, 3});
  check(std::vector<double>(10'000, 0.5));
  check(std::vector<std::string>{"", "one", "two\0two"s});
  check(std::deque<int>{1, 2, 3});
  check(std::list<std::string>{"a", "b"});
  check(std::vector<std::vector<std::vector<int>>>{{{1}, {}}, {}, {{2, 3}}});
  check(std::vector<std::pair<int, std::string>>{{1, "x"}, {2, "y"}});
  check(std::vector<std::optional<int>>{1, std::nullopt});
}

TEST_CASE("a vector of truth values travels", "[unit][payload]") {
  check(std::vector<bool>());
  check(std::vector<bool>{true, false, true, true, false, false, true, false, true});
  check(std::vector<std::vector<bool>>{{true}, {}, {false, true}});
  check(std::map<int, std::vector<bool>>{{1, {true}}});
}

TEST_CASE("containers of empty elements keep their size", "[unit][payload]") {
  check(std::vector<Nothing>(5));
  check(std::list<Nothing>(3));
  check(std::vector<std::tuple<>>(4));
}

TEST_CASE("sets and maps travel", "[unit][payload]") {
  check(std::set<int>{3, 1, 2});
  check(std::multiset<int>{1, 1, 2});
  check(std::unordered_set<std::string>{"a", "b", "c"});
  check(std::map<std::string, int>{{"one", 1}, {"two", 2}});
  check(std::multimap<int, int>{{1, 1}, {1, 2}});
  check(std::unordered_map<int, std::vector<double>>{{1, {0.5}}, {2, {}}});
  check(std::map<std::pair<int, int>, std::map<int, std::string>>{{{1, 2}, {{3, "x"}}}});
  check(std::set<int, std::greater<>>{1, 2, 3});
}

TEST_CASE("arrays travel without a length", "[unit][payload]") {
  check(std::array<int, 3>{1, 2, 3});
  check(std::array<std::string, 2>{"a", "b"});
  check(std::array<std::array<double, 2>, 2>{{{1, 2}, {3, 4}}});
  check(std::array<std::vector<int>, 2>{{{1}, {}}});
  CHECK(farm::packed_size<std::array<int, 3>>() == 12);
}

TEST_CASE("containers of smart pointers travel", "[unit][payload]") {
  std::vector<std::unique_ptr<int>> pointers;
  pointers.push_back(std::make_unique<int>(4));
  pointers.emplace_back();
  const auto read = through(pointers);
  REQUIRE(read.size() == 2);
  CHECK(*read[0] == 4);
  CHECK(read[1] == nullptr);
}

TEST_CASE("a count that its bytes cannot hold is refused before memory is taken",
          "[unit][payload]") {
  constexpr std::uint64_t huge = ~std::uint64_t{0};
  for (const std::uint64_t count : {huge, huge / 8 + 1, huge / 2, std::uint64_t{1} << 40}) {
    check_refused<std::string>(count, 'x');
    check_refused<std::vector<double>>(count, 1.0);
    check_refused<std::vector<std::string>>(count, std::uint64_t{0});
    check_refused<std::vector<bool>>(count, true);
    check_refused<std::vector<Nothing>>(count, 'x');
    check_refused<std::list<int>>(count, 1);
    check_refused<std::map<int, int>>(count, 1, 1);
    check_refused<std::unordered_set<int>>(count, 1);
  }
}
