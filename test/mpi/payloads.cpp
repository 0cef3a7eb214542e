#include <array>
#include <boost/serialization/string.hpp>
#include <catch2/catch.hpp>
#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "mpi/farm_client.hpp"

using farm_test::client;

namespace payload_kernels {

template <class T>
T echo(T value) {
  return value;
}

// Trivially copyable, with padding.
struct Particle {
  char kind = 'e';
  double position[3] = {};
  std::int32_t id = 0;
  bool operator==(const Particle&) const = default;
};

// The two documented ways of Boost.Serialization: a member, here private, and a free function.
class Species {
 public:
  Species() = default;
  Species(std::string name, std::vector<double> masses)
      : name_(std::move(name)), masses_(std::move(masses)) {}
  bool operator==(const Species&) const = default;

 private:
  friend class boost::serialization::access;
  template <class Archive>
  void serialize(Archive& archive, unsigned int) {
    archive& name_& masses_;
  }
  std::string name_;
  std::vector<double> masses_;
};

struct Reaction {
  std::vector<Species> species;
  std::map<std::string, double> rates;
  bool operator==(const Reaction&) const = default;
};
template <class Archive>
void serialize(Archive& archive, Reaction& reaction, unsigned int) {
  archive& reaction.species& reaction.rates;
}

template <class T>
void check_trip(const T& value) {
  auto tasks = client().load_balanced();
  REQUIRE(tasks.apply(farm::kernel<&echo<T>>, value).get() == value);
  REQUIRE(tasks.map(farm::kernel<&echo<T>>, std::vector<T>(3, value)).get() ==
          std::vector<T>(3, value));
}

template <class T>
std::vector<T> ramp(std::size_t n) {
  std::vector<T> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(i % 251) + static_cast<T>(0.25);
  return values;
}

template <class T>
void check_ramps() {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{100}, std::size_t{10240},
                              std::size_t{10 * 8 * 6 * 5}}) {
    check_trip(ramp<T>(n));
  }
}

}  // namespace payload_kernels

using namespace payload_kernels;

TEST_CASE("Text of any content and length comes back", "[payload][b020][np64]") {
  check_trip(std::string("käse 測試 \xF0\x9F\x8C\xBE"));
  check_trip(std::string());
  check_trip(std::string("with\0zero", 9));
  check_trip(std::string(300'000, 'x'));
  check_trip(std::vector<std::string>{"", "a", std::string(5000, 'b')});
}

// A vector is C++'s one-dimensional array; more dimensions are the user's, as in a struct of it.
TEST_CASE("Contiguous arrays come back with their values and types", "[payload][b021]") {
  check_ramps<std::int32_t>();
  check_ramps<std::uint8_t>();
  check_ramps<float>();
  check_ramps<double>();
  check_ramps<std::complex<double>>();
  check_trip(std::vector<std::vector<double>>{ramp<double>(7), {}, ramp<double>(1000)});
  check_trip(std::array<std::array<int, 3>, 2>{{{1, 2, 3}, {4, 5, 6}}});
  check_trip(std::vector<bool>{true, false, true, true});
  check_trip(3.25);
}

TEST_CASE("User structs come back", "[payload][b022]") {
  const Particle particle{'p', {1, 2, 3}, 99};
  check_trip(particle);
  check_trip(std::vector<Particle>(1000, particle));
  const Species water("H2O", {1.008, 1.008, 15.999});
  check_trip(water);
  check_trip(Reaction{{water, Species()}, {{"forward", 1e-3}, {"back", 0}}});
  check_trip(std::make_pair(water, particle));
}

TEST_CASE("Standard containers and vocabulary types come back", "[payload][b022]") {
  check_trip(std::map<std::string, std::vector<int>>{{"a", {1, 2}}, {"b", {}}});
  check_trip(std::set<int>{5, 3, 9});
  check_trip(std::optional<std::string>("here"));
  check_trip(std::optional<double>());
  check_trip(std::variant<int, std::string, Species>(Species("x", {1})));
  check_trip(std::make_tuple(1, std::string("two"), 3.0));
  check_trip(std::make_pair('a', std::optional(std::vector<short>{1})));
}

TEST_CASE("Smart pointers travel by value", "[payload]") {
  auto tasks = client().load_balanced();
  const auto shared = std::make_shared<Species>("s", std::vector{1.0});
  REQUIRE(*tasks.apply(farm::kernel<&echo<std::shared_ptr<Species>>>, shared).get() == *shared);
  REQUIRE(tasks.apply(farm::kernel<&echo<std::shared_ptr<Species>>>, nullptr).get() == nullptr);
}
