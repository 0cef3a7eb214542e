#include <catch2/catch.hpp>
#include <numeric>
#include <string>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace together_kernels {

constexpr farm::Name<int> number{"number"};
constexpr farm::Name<std::string> letters{"letters"};
constexpr farm::Name<std::vector<double>> field{"field"};
constexpr farm::Name<std::vector<int>> rows{"rows"};

std::pair<int, int> place(farm::Engine& here) {
  return {here.communicator().rank(), here.communicator().size()};
}
int engine_at_root(farm::Engine& here) {
  return here.communicator().broadcast(here.id().rank(), 0);
}
// Each sends to its right and hears from its left.
int ring(farm::Engine& here) {
  farm::Communicator& all = here.communicator();
  all.send((all.rank() + 1) % all.size(), here.id().rank());
  return all.receive<int>((all.rank() + all.size() - 1) % all.size());
}
void set_rank(farm::Engine& here) { here.put(number, here.id().rank()); }
void set_letter(farm::Engine& here) {
  here.put(letters, std::string(1, static_cast<char>('a' + here.communicator().rank() % 26)));
}
// The one that fails never comes to the barrier that the others wait in.
int all_but(farm::Engine& here, int failing) {
  if (here.communicator().rank() == failing) throw std::runtime_error("this one fails");
  here.communicator().barrier();
  return here.id().rank();
}
int fails_before_talking(farm::Engine& here, int failing) {
  if (here.id().rank() == failing) throw std::runtime_error("silent failure");
  return here.communicator().all_reduce(1, std::plus<>());
}
double mean(farm::Engine& here, const std::vector<double>& part) {
  const double sum = std::accumulate(part.begin(), part.end(), 0.0);
  farm::Communicator& all = here.communicator();
  return all.all_reduce(sum, std::plus<>()) /
         all.all_reduce(static_cast<double>(part.size()), std::plus<>());
}
int ask(farm::Engine& here, int) { return here.communicator().size(); }

}  // namespace together_kernels

using namespace together_kernels;

namespace {

int engines() { return static_cast<int>(client().size()); }

}  // namespace

TEST_CASE("A kernel's communicator holds exactly the view's engines in order", "[together][np64]") {
  for (const auto& view :
       {client().direct(), client()[farm::every(-1)], client()[farm::every(2)]}) {
    const int size = static_cast<int>(view.size());
    const auto places = view.apply(farm::kernel<&place>).get();
    for (int i = 0; i < size; ++i)
      REQUIRE(places[static_cast<std::size_t>(i)] == std::pair(i, size));
    REQUIRE(view.apply(farm::kernel<&engine_at_root>).get() ==
            std::vector<int>(view.size(), view.targets().front().rank()));
    std::vector<int> lefts;
    for (int i = 0; i < size; ++i) {
      lefts.push_back(view.targets()[static_cast<std::size_t>((i + size - 1) % size)].rank());
    }
    REQUIRE(view.apply(farm::kernel<&ring>).get() == lefts);
  }
  REQUIRE(client()[-1].apply(farm::kernel<&place>).get() == std::pair(0, 1));
}

TEST_CASE("Stored values are reduced, scanned and exchanged without rank 0", "[together]") {
  auto all = client().direct();
  all.apply(farm::kernel<&set_rank>).get();
  int sum = 0;
  std::vector<int> sums;
  for (const farm::EngineId id : client().ids()) sums.push_back(sum += id.rank());
  REQUIRE(all.reduce(number, std::plus<>()).get() == sum);
  REQUIRE(all.reduce(number, farm::maximum).get() == client().ids().back().rank());
  all.scan(number, std::plus<>(), farm::Name<int>{"running"}).get();
  REQUIRE(all.gather(farm::Name<int>{"running"}).get() == sums);
  all.all_reduce(number, std::plus<>()).get();
  REQUIRE(all.gather(number).get() == std::vector<int>(client().size(), sum));
}

TEST_CASE("A reduction keeps the order of the targets", "[together]") {
  auto back = client()[farm::every(-1)];
  back.apply(farm::kernel<&set_letter>).get();
  std::string expected;
  for (int i = 0; i < engines(); ++i) expected += static_cast<char>('a' + i % 26);
  REQUIRE(back.reduce(letters, std::plus<>()).get() == expected);
  back.scan(letters, std::plus<>()).get();
  REQUIRE(back.pull(letters).get().back() == expected);
}

TEST_CASE("Vectors are reduced element by element where that is said", "[together]") {
  auto all = client().direct();
  const std::vector<double> ones(1000, 1.0);
  all.push(field, ones).get();
  REQUIRE(all.reduce(field, farm::elementwise(std::plus<>())).get() ==
          std::vector<double>(1000, engines()));
}

TEST_CASE("Exchange transposes rows", "[together]") {
  auto all = client().direct();
  const auto ids = client().ids();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    std::vector<int> row;
    for (std::size_t k = 0; k < ids.size(); ++k) row.push_back(static_cast<int>(100 * i + k));
    client()[ids[i]].push(rows, row).get();
  }
  all.exchange(rows).get();
  const auto columns = all.pull(rows).get();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (std::size_t k = 0; k < ids.size(); ++k) {
      REQUIRE(columns[i][k] == static_cast<int>(100 * k + i));
    }
  }
  client()[-1].push(rows, numbers(engines() + 1)).get();
  try {
    all.exchange(rows).get();
    FAIL("nothing was thrown");
  } catch (const farm::CompositeError& error) {
    REQUIRE_THAT(error.entries().back().text, Catch::Contains("one value per rank"));
  }
}

TEST_CASE("One engine sends to another", "[together]") {
  if (engines() < 2) return;
  const auto ids = client().ids();
  const farm::Name<int> copy{"copy"};
  client()[ids.back()].push(number, 77).get();
  client().direct().send(number, ids.back(), ids.front(), copy).get();
  REQUIRE(client()[ids.front()].pull(copy).get() == 77);
  REQUIRE_THROWS_AS(client().direct({ids.front()}).send(number, ids.back(), ids.front()),
                    std::out_of_range);
  REQUIRE_THROWS_AS(client().direct().send(number, ids.back(), ids.back()), std::invalid_argument);
  client().direct().clear().get();
  REQUIRE_THROWS_WITH(client().direct().send(number, ids.back(), ids.front()).get(),
                      Catch::Contains("'number'"));
}

TEST_CASE("A kernel that fails does not leave the others waiting", "[together][np64]") {
  auto all = client().direct();
  for (int round = 0; round < 3; ++round) {
    for (const int failing : {0, engines() - 1}) {
      auto result = all.apply(farm::kernel<&all_but>, failing);
      try {
        result.get();
        FAIL("nothing was thrown");
      } catch (const farm::CompositeError& error) {
        REQUIRE(error.size() == client().size());
        std::size_t own = 0;
        for (const auto& entry : error.entries()) {
          const bool mine = entry.text.find("this one fails") != std::string::npos;
          const std::string culprit =
              "engine " + std::to_string(client().ids()[static_cast<std::size_t>(failing)].rank());
          const bool told = entry.text.find("PeerError") != std::string::npos &&
                            entry.text.find(culprit) != std::string::npos;
          REQUIRE((mine || told));
          own += mine ? 1 : 0;
        }
        REQUIRE(own == 1);
      }
      // The next call has a communicator that works.
      REQUIRE(all.apply(farm::kernel<&ring>).get().size() == client().size());
    }
  }
}

TEST_CASE("Calls that were submitted behind a failing one end as well", "[together]") {
  if (engines() < 2) return;
  auto all = client().direct();
  auto first = all.apply(farm::kernel<&fails_before_talking>, client().ids().back().rank());
  auto second = all.apply(farm::kernel<&ring>);
  auto third = all.apply(farm::kernel<&ring>);
  REQUIRE_THROWS_AS(first.get(), farm::CompositeError);
  second.wait();
  third.wait();
  REQUIRE(all.apply(farm::kernel<&ring>).get().size() == client().size());
  second.outcomes();
  third.outcomes();
}

TEST_CASE("A bulk-synchronous kernel works on scattered data", "[together]") {
  auto all = client().direct();
  std::vector<double> values(10'007);
  std::iota(values.begin(), values.end(), 0.0);
  all.scatter(field, values).get();
  REQUIRE(all.apply(farm::kernel<&mean>, field).get() ==
          std::vector<double>(client().size(), 5003.0));
}

TEST_CASE("Where there is no communicator the error says why", "[together]") {
  REQUIRE_THROWS_WITH(client().load_balanced().apply(farm::kernel<&ask>, 1).get(),
                      Catch::Contains("direct view"));
  REQUIRE_THROWS_WITH(client().direct().map(farm::kernel<&ask>, numbers(1)).get(),
                      Catch::Contains("items of a map"));
}
