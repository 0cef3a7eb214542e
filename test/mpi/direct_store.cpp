#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace store_kernels {

constexpr farm::Name<int> number{"number"};
constexpr farm::Name<std::vector<int>> many{"many"};

struct Point {
  double x = 0;
  std::string label;
  bool operator==(const Point&) const = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& x& label;
  }
};

struct Scale {
  double factor = 1;
  double operator()(double x) const { return factor * x; }
};

int plus(int a, int b) { return a + b; }
int needs_state(farm::Engine& here) { return here[number] + 1; }
int sum(const std::vector<int>& values) {
  int all = 0;
  for (const int value : values) all += value;
  return all;
}
int sum_of_map(const std::map<std::string, int>& values) {
  int all = 0;
  for (const auto& [key, value] : values) all += value;
  return all;
}
void grow(std::vector<int>& values) { values.push_back(1000); }
int keep(farm::Engine& here) { return here.put(number, here.id().rank()); }
bool knows(farm::Engine& here) { return here.contains(number); }

}  // namespace store_kernels

using namespace store_kernels;

TEST_CASE("What is pushed is pulled, from one engine and from all", "[store][b031][np64]") {
  auto all = client().direct();
  all.push(number, 42).get();
  REQUIRE(client()[-1].pull(number).get() == 42);
  REQUIRE(all.pull(number).get() == std::vector<int>(client().size(), 42));
  all.push(many, numbers(1000)).get();
  REQUIRE(all.pull(many).get() == std::vector(client().size(), numbers(1000)));
  const Point point{2.5, "two and a half"};
  const farm::Name<Point> there{"there"};
  all.push(there, point).get();
  REQUIRE(all.pull(there).get() == std::vector(client().size(), point));
}

TEST_CASE("Several names are pushed and pulled at once, in the asked order", "[store][b032]") {
  const farm::Name<std::string> text{"text"};
  auto all = client().direct();
  all.push(number = 7, text = std::string("seven"), many = numbers(3)).get();
  const auto back = all.pull(text, many, number).get();
  REQUIRE(back.size() == client().size());
  for (const auto& [a, b, c] : back) {
    REQUIRE(a == "seven");
    REQUIRE(b == numbers(3));
    REQUIRE(c == 7);
  }
}

TEST_CASE("Calls that nobody waits for in between happen in their order", "[store][b033]") {
  auto all = client().direct();
  auto first = all.push(number, 1);
  auto read = all.pull(number);
  auto second = all.push(number, 2);
  auto again = all.pull(number);
  REQUIRE(again.get() == std::vector<int>(client().size(), 2));
  REQUIRE(read.get() == std::vector<int>(client().size(), 1));
  REQUIRE(first.successful());
  REQUIRE(second.successful());
}

TEST_CASE("A missing name is an error with name and engine", "[store][b034]") {
  const farm::Name<double> missing{"nowhere"};
  const farm::EngineId last = client().ids().back();
  try {
    client()[last].pull(missing).get();
    FAIL("nothing was thrown");
  } catch (const farm::RemoteError& error) {
    CHECK(error.type() == "farm::NameError");
    CHECK(error.engine() == last);
    CHECK_THAT(error.message(), Catch::Contains("'nowhere'") && Catch::Contains("double") &&
                                    Catch::Contains("engine " + std::to_string(last.rank())));
  }
  auto all = client().direct().pull(missing);
  REQUIRE_THROWS_AS(all.get(), farm::CompositeError);
  try {
    all.get();
  } catch (const farm::CompositeError& error) {
    CHECK(error.size() == client().size());
  }
}

TEST_CASE("A name of another type is an error with both types", "[store][b034]") {
  client().direct().push(many, numbers(3)).get();
  const farm::Name<double> wrong{"many"};
  REQUIRE_THROWS_WITH(client()[-1].pull(wrong).get(),
                      Catch::Contains("std::vector<int>") && Catch::Contains("not double"));
  // What is pushed takes the place of what was there, of whatever type.
  client().direct().push(wrong, 0.5).get();
  REQUIRE(client()[-1].pull(wrong).get() == 0.5);
}

TEST_CASE("A name is assigned to and read through the view", "[store][b036]") {
  auto all = client().direct();
  all[number] = 5;
  REQUIRE(all[number].get() == std::vector<int>(client().size(), 5));
  client()[-1][number] = 6;
  const int value = client()[-1][number].get();
  REQUIRE(value == 6);
  // A dot in a name means nothing; members are reached by kernels.
  const farm::Name<int> dotted{"a.b"};
  all[dotted] = 1;
  REQUIRE(client()[-1][dotted].get() == 1);
}

TEST_CASE("Callables are pushed, applied and mapped", "[store][b038][b042]") {
  const farm::Name<Scale> scale{"scale"};
  const farm::Name<farm::Kernel<&plus>> add{"add"};
  auto all = client().direct();
  all.push(scale, Scale{3}).get();
  all.push(add, farm::kernel<&plus>).get();
  REQUIRE(all.apply(scale, 2.0).get() == std::vector<double>(client().size(), 6.0));
  REQUIRE(all.apply(add, 1, 2).get() == std::vector<int>(client().size(), 3));
  const std::vector<double> xs{1, 2, 3, 4, 5};
  REQUIRE(all.map(scale, xs).get() == std::vector<double>{3, 6, 9, 12, 15});
}

TEST_CASE("A kernel that needs state fails before it is pushed and works after", "[store][b039]") {
  auto all = client().direct();
  all.clear().get();
  REQUIRE_THROWS_WITH(client()[-1].apply(farm::kernel<&needs_state>).get(),
                      Catch::Contains("NameError"));
  all.push(number, 1).get();
  REQUIRE(all.apply(farm::kernel<&needs_state>).get() == std::vector<int>(client().size(), 2));
  // Load-balanced tasks see the same names.
  REQUIRE(client().load_balanced().apply(farm::kernel<&needs_state>).get() == 2);
}

TEST_CASE("A name as an argument is resolved on the engine", "[store][b040]") {
  auto all = client().direct();
  for (const farm::EngineView engine : client()) engine[number] = engine.id().rank();
  const auto sums = all.apply(farm::kernel<&plus>, number, 100).get();
  const auto ids = client().ids();
  for (std::size_t i = 0; i < ids.size(); ++i) REQUIRE(sums[i] == ids[i].rank() + 100);
  all.push(number, 10).get();
  REQUIRE(all.map(farm::bind(farm::kernel<&plus>, number), numbers(5)).get() ==
          std::vector{10, 11, 12, 13, 14});
  REQUIRE(client().load_balanced().map(farm::bind(farm::kernel<&plus>, number), numbers(3)).get() ==
          std::vector{10, 11, 12});
}

TEST_CASE("References work inside lists and maps", "[store][b041]") {
  const farm::Name<int> a{"a"};
  const farm::Name<int> b{"b"};
  auto all = client().direct();
  all.push(a = 3, b = 4).get();
  const std::vector<farm::Ref<int>> list{a, b, a};
  REQUIRE(all.apply(farm::kernel<&sum>, list).get() == std::vector<int>(client().size(), 10));
  const std::map<std::string, farm::Ref<int>> map{{"x", a}, {"y", b}};
  REQUIRE(all.apply(farm::kernel<&sum_of_map>, map).get() == std::vector<int>(client().size(), 7));
}

TEST_CASE("A kernel may change what a name refers to", "[store]") {
  auto all = client().direct();
  all.push(many, numbers(2)).get();
  all.apply(farm::kernel<&grow>, many).get();
  REQUIRE(client()[-1].pull(many).get() == std::vector{0, 1, 1000});
}

TEST_CASE("Names are listed with type and bytes, and cleared", "[store]") {
  auto all = client().direct();
  all.clear().get();
  all.push(number = 1, many = numbers(10)).get();
  const std::vector<farm::StoredName> names = client()[-1].names().get();
  REQUIRE(names ==
          std::vector<farm::StoredName>{{"many", "std::vector<int>", 40}, {"number", "int", 4}});
  all.clear(many).get();
  REQUIRE(client()[-1].names().get().size() == 1);
  all.clear().get();
  REQUIRE(all.names().get() == std::vector<std::vector<farm::StoredName>>(client().size()));
}

TEST_CASE("Results stay on the engines where they are asked to", "[store]") {
  const farm::Name<int> kept{"kept"};
  auto all = client().direct();
  all.push(number, 20).get();
  all.apply_into(kept, farm::kernel<&plus>, number, 2).get();
  REQUIRE(all.pull(kept).get() == std::vector<int>(client().size(), 22));
  REQUIRE(all.apply(farm::kernel<&keep>).get().size() == client().size());
  REQUIRE(all.apply(farm::kernel<&knows>).get() == std::vector<bool>(client().size(), true));
}

TEST_CASE("Pulled values can be collected, waited for and chained as any others", "[store][b033]") {
  const farm::Name<std::vector<double>> values{"values"};
  const farm::Name<std::string> text{"text"};
  client()
      .direct()
      .push(values = std::vector<double>{0, 2, 3}, text = std::string("some text"))
      .get();
  std::vector<farm::AsyncResult<std::vector<double>>> lists;
  std::vector<farm::AsyncResult<std::string>> texts;
  for (const farm::EngineView engine : client()) {
    lists.push_back(engine.pull(values));
    texts.push_back(engine.pull(text));
  }
  REQUIRE(farm::collect(lists).get() == std::vector(client().size(), std::vector<double>{0, 2, 3}));
  REQUIRE(farm::collect(texts).get() == std::vector<std::string>(client().size(), "some text"));
  auto length = client()[-1].pull(text).then([](const std::string& all) { return all.size(); });
  REQUIRE(length.get() == 9);
}

TEST_CASE("A large value that is no container travels without the stack", "[store]") {
  using Big = std::array<char, 16 << 20>;
  const farm::Name<Big> big{"big"};
  auto value = std::make_unique<Big>();
  value->fill('x');
  client().direct().push(big, *value).get();
  REQUIRE(client()[-1].names().get().size() >= 1);
  client().direct().clear(big).get();
}
