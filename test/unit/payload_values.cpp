#include <catch2/catch.hpp>
#include <chrono>
#include <complex>
#include <limits>

#include "payload_round_trip.hpp"

using unit::through;

namespace {

enum class Colour : std::uint8_t { red, green = 7 };
enum Plain { zero, one, many = 100'000 };

struct Nothing {};
struct Point {
  double x;
  float y;
  char tag;
  friend bool operator==(const Point&, const Point&) = default;
};
class Celsius {
 public:
  explicit Celsius(double degrees) : degrees_(degrees) {}
  double degrees() const { return degrees_; }

 private:
  double degrees_;
};
union Word {
  std::uint32_t whole;
  std::uint8_t parts[4];
};

template <class T>
void check_limits() {
  using Limits = std::numeric_limits<T>;
  for (const T value : {Limits::lowest(), Limits::min(), Limits::max(), T(0), T(1)}) {
    CHECK(through(value) == value);
  }
}

}  // namespace

TEST_CASE("numbers travel", "[unit][payload]") {
  check_limits<char>();
  check_limits<signed char>();
  check_limits<unsigned char>();
  check_limits<short>();
  check_limits<int>();
  check_limits<unsigned long long>();
  check_limits<std::int64_t>();
  check_limits<float>();
  check_limits<double>();
  CHECK(through(true));
  CHECK_FALSE(through(false));
  CHECK(std::isnan(through(std::numeric_limits<double>::quiet_NaN())));
  CHECK(through(-std::numeric_limits<float>::infinity()) < 0);
  CHECK(std::signbit(through(-0.0)));
  CHECK(through(1.25L) == 1.25L);
  CHECK(through(u'\u20ac') == u'\u20ac');
  CHECK(through(std::byte{200}) == std::byte{200});
}

TEST_CASE("a truth value is yes or no", "[unit][payload]") {
  unit::check_refused<bool>(std::uint8_t{2});
  unit::check_refused<std::vector<bool>>(std::uint64_t{1}, std::uint8_t{255});
}

TEST_CASE("enumerations travel", "[unit][payload]") {
  CHECK(through(Colour::green) == Colour::green);
  CHECK(through(many) == many);
  CHECK(farm::packed_size<Colour>() == 1);
}

TEST_CASE("structs of numbers travel as they stand in memory", "[unit][payload]") {
  CHECK(through(Point{1.5, -2, 'x'}) == Point{1.5, -2, 'x'});
  CHECK(farm::packed_size<Point>() == sizeof(Point));
  CHECK(through(std::complex<double>(1, -1)) == std::complex<double>(1, -1));
  CHECK(through(std::chrono::milliseconds(-7)) == std::chrono::milliseconds(-7));
  CHECK(through(farm::EngineId(12)) == farm::EngineId(12));
  CHECK(through(Word{0x01020304}).whole == 0x01020304);
}

TEST_CASE("empty structs travel in no bytes", "[unit][payload]") {
  through(Nothing());
  through(std::monostate());
  CHECK(farm::packed_size<Nothing>() == 0);
  CHECK(farm::packed_size<std::tuple<>>() == 0);
  through(std::tuple<>());
  CHECK(std::get<1>(through(std::tuple(Nothing(), 4))) == 4);
}

TEST_CASE("values without a default constructor travel", "[unit][payload]") {
  CHECK(through(Celsius(21.5)).degrees() == 21.5);
  CHECK(through(std::optional(Celsius(-3)))->degrees() == -3);
  CHECK(std::get<0>(through(std::tuple(Celsius(4), 1))).degrees() == 4);
  CHECK(through(std::make_unique<Celsius>(5))->degrees() == 5);
  CHECK(std::get<Celsius>(through(std::variant<int, Celsius>(Celsius(6)))).degrees() == 6);
  const std::vector<Celsius> many = through(std::vector<Celsius>{Celsius(1), Celsius(2)});
  REQUIRE(many.size() == 2);
  CHECK(many[1].degrees() == 2);
  CHECK(through(std::array<Celsius, 2>{Celsius(1), Celsius(2)})[1].degrees() == 2);
}

TEST_CASE("tuples and pairs travel part by part", "[unit][payload]") {
  const std::tuple<int, std::string, double> three(1, "two", 3.0);
  CHECK(through(three) == three);
  const std::pair<char, std::vector<int>> two('a', {1, 2});
  CHECK(through(two) == two);
  CHECK(farm::packed_size<std::tuple<char, double>>() == 9);
  CHECK(farm::packed_size<std::pair<int, int>>() == 8);
  CHECK(farm::packed_size<std::tuple<int, std::string>>() == farm::variable_size);
  const std::tuple<std::tuple<std::tuple<int>>, std::pair<int, std::tuple<>>> nested{{{1}},
                                                                                     {2, {}}};
  CHECK(through(nested) == nested);
  const std::tuple<std::vector<std::string>> one({"a", "b"});
  CHECK(through(one) == one);
}

TEST_CASE("optional values travel with or without their value", "[unit][payload]") {
  CHECK(through(std::optional<int>()) == std::nullopt);
  CHECK(through(std::optional<int>(0)) == 0);
  CHECK(through(std::optional<std::string>("")) == "");
  const std::optional<std::optional<int>> inner(std::in_place, std::nullopt);
  CHECK(through(inner) == inner);
}

TEST_CASE("variants travel as the alternative that they hold", "[unit][payload]") {
  using Value = std::variant<std::monostate, int, std::string, int>;
  CHECK(through(Value()).index() == 0);
  CHECK(through(Value(std::in_place_index<1>, 5)) == Value(std::in_place_index<1>, 5));
  CHECK(through(Value("text")) == Value("text"));
  CHECK(through(Value(std::in_place_index<3>, 5)).index() == 3);
  unit::check_refused<Value>(std::uint32_t{4});
  unit::check_refused<Value>(~std::uint32_t{0});
}

TEST_CASE("smart pointers travel by value", "[unit][payload]") {
  CHECK(*through(std::make_unique<std::string>("own")) == "own");
  CHECK(through(std::unique_ptr<int>()) == nullptr);
  CHECK(*through(std::make_shared<std::vector<int>>(3, 4)) == std::vector<int>{4, 4, 4});
  CHECK(through(std::shared_ptr<int>()) == nullptr);
  CHECK(**through(std::make_unique<std::shared_ptr<int>>(std::make_shared<int>(9))) == 9);
}
