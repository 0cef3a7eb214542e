// What may differ between one host and several: farm_across HOSTS, started by a scheduler.
#include <algorithm>
#include <cstdint>
#include <farm/farm.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <numeric>
#include <ranges>
#include <set>
#include <string>
#include <vector>

namespace across {

using Numbers = std::vector<std::uint32_t>;
constexpr farm::Name<Numbers> block{"block"};
constexpr farm::Name<double> weight{"weight"};
constexpr std::uint32_t many = 8U << 20U;  // 32 MiB of numbers

bool failed = false;

void check(bool good, const std::string& what) {
  std::cout << (good ? "ok      " : "FAILED  ") << what << '\n';
  failed = failed || !good;
}

Numbers counted(std::uint32_t count) {
  Numbers numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

std::string host(farm::Engine& here) { return here.host(); }
std::uint64_t square(std::uint64_t x) { return x * x; }
Numbers reversed(Numbers numbers) {
  std::ranges::reverse(numbers);
  return numbers;
}
std::uint64_t sum(const Numbers& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
}
std::uint64_t sum_of_all(farm::Engine& here, const Numbers& part) {
  return here.communicator().all_reduce(sum(part), std::plus<>());
}

// /tmp is each host's own.
std::string file_of(int number) { return "/tmp/farm_across." + std::to_string(number); }
std::string write_file(farm::Engine& here, int number) {
  std::ofstream(file_of(number)) << here.host();
  return here.host();
}
std::string read_file(int number) {
  std::string text;
  std::ifstream(file_of(number)) >> text;
  return text;
}

void balanced(farm::Client& client) {
  auto tasks = client.load_balanced();
  const auto squares =
      tasks.map(farm::kernel<&square>, std::views::iota(std::uint64_t{0}, std::uint64_t{100'000}))
          .get();
  bool right = squares.size() == 100'000;
  for (std::uint64_t i = 0; right && i < squares.size(); ++i) right = squares[i] == i * i;
  check(right, "a map of 100,000 items");

  const Numbers numbers = counted(many);
  Numbers expected = numbers;
  std::ranges::reverse(expected);
  std::vector<farm::AsyncResult<Numbers>> results;
  for (std::size_t i = 0; i < client.size(); ++i) {
    results.push_back(tasks.apply(farm::kernel<&reversed>, numbers));
  }
  right = true;
  for (const auto& result : results) right = right && result.get() == expected;
  check(right, "32 MiB to a task and back");
}

void direct(farm::Client& client) {
  auto engines = client.direct();
  const Numbers numbers = counted(many);
  engines.scatter(block, numbers);
  check(engines.gather(block).get() == numbers, "32 MiB scattered and gathered");
  const auto sums = engines.apply(farm::kernel<&sum_of_all>, block).get();
  check(std::ranges::all_of(sums, [&](std::uint64_t s) { return s == sum(numbers); }),
        "kernels that reduce with each other");
  engines.push(weight, 1.0);
  check(engines.reduce(weight, std::plus<>()).get() == static_cast<double>(client.size()),
        "a reduction of stored values");
  engines.push(block, numbers);
  const auto all = engines.apply(farm::kernel<&sum>, block).get();
  check(std::ranges::all_of(all, [&](std::uint64_t s) { return s == sum(numbers); }),
        "32 MiB pushed to all");
}

// What one engine has written, others on its host can read, and nobody else.
void followed(farm::Client& client) {
  constexpr int files = 40;
  auto tasks = client.load_balanced().with({.chunk = 1, .hwm = 1});
  std::set<std::string> hosts;
  bool found = true;
  for (int number = 0; number < files; ++number) {
    auto written = tasks.apply(farm::kernel<&write_file>, number);
    auto read = tasks.with({.follow = written}).apply(farm::kernel<&read_file>, number);
    found = found && read.get() == written.get();
    hosts.insert(written.get());
  }
  check(found, "files found again by follow, on " + std::to_string(hosts.size()) + " hosts");
  std::size_t missing = 0;
  for (int number = 0; number < files; ++number) {
    const auto all = client.direct().apply(farm::kernel<&read_file>, number).get();
    missing += static_cast<std::size_t>(std::ranges::count(all, ""));
  }
  check((missing > 0) == (hosts.size() > 1), "other hosts do not have them");
}

int drive(farm::Client& client) {
  const std::size_t wanted = std::stoul(client.arguments().at(1));
  std::set<std::string> hosts;
  for (const std::string& name : client.direct().apply(farm::kernel<&host>).get()) {
    hosts.insert(name);
  }
  check(hosts.size() == wanted, "engines on " + std::to_string(hosts.size()) + " hosts");
  balanced(client);
  direct(client);
  followed(client);
  return failed ? 1 : 0;
}

}  // namespace across

int main(int argc, char** argv) { return farm::run(argc, argv, across::drive); }
