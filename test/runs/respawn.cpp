#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "farm/farm.hpp"

// A driver that kills its engines and works with those that come in their place. It needs three
// ranks on one host and three respawns.  usage: respawn STATUS

namespace respawn {

constexpr farm::Name<int> number{"number"};

int pid(farm::Engine&) { return getpid(); }
int number_here(farm::Engine& here) { return here[number]; }
int nap_and_square(int x) {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return x * x;
}

void check(bool good, const std::string& what) {
  if (!good) throw std::runtime_error("not so: " + what);
}

void await_ids(farm::Client& client, const std::vector<farm::EngineId>& ids) {
  for (int i = 0; i < 1000 && client.ids() != ids; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  check(client.ids() == ids, "the engines are those that are left and those that came");
}

void kill_engine(farm::Client& client, farm::EngineId id) {
  const auto engines = client.engines();
  const auto at = std::ranges::find(engines, id, &farm::EngineInfo::id);
  check(at != engines.end(), "the engine is there");
  // Its end is hidden from the launcher only when it has heard that the start is over.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  kill(at->pid, SIGKILL);
}

template <class Call>
bool refused(const Call& call) {
  try {
    call();
  } catch (const farm::Error&) {
    return true;
  }
  return false;
}

// On engines 2, which was there at the start, and 3, which was not.
void call_directly(farm::Client& client) {
  auto later = client.direct({3});
  later.push(number, 7).get();
  check(later.apply(farm::kernel<&number_here>).get() == std::vector<int>{7}, "a value is there");
  check(client[3].apply(farm::kernel<&pid>).get() == client.engines().back().pid, "it answers");
  check(client.direct().targets() == std::vector<farm::EngineId>{2}, "direct() leaves it out");
  check(refused([&] { client.direct({2, 3}).push(number, 8).get(); }), "no part in collectives");
  auto gang = client.load_balanced().with({.ranks = 2}).apply(farm::kernel<&pid>);
  check(refused([&] { gang.get(); }), "no part in gangs");
}

int drive(farm::Client& client) {
  std::vector<int> numbers(1500);
  std::iota(numbers.begin(), numbers.end(), 0);
  auto squares = client.load_balanced().map(farm::kernel<&nap_and_square>, numbers);
  kill_engine(client, 1);
  await_ids(client, {2, 3});
  call_directly(client);
  kill_engine(client, 2);
  await_ids(client, {3, 4});
  kill_engine(client, 3);
  await_ids(client, {4, 5});
  const std::vector<int> values = squares.get();
  for (const int x : numbers) check(values[static_cast<std::size_t>(x)] == x * x, "values");
  kill_engine(client, 4);
  await_ids(client, {5});
  auto last = client.load_balanced().map(farm::kernel<&nap_and_square>, std::vector<int>{1, 2});
  check(last.get() == std::vector<int>{1, 4}, "the last one works");
  std::cout << "all right" << std::endl;
  return std::stoi(client.arguments().at(1));
}

}  // namespace respawn

int main(int argc, char** argv) { return farm::run(argc, argv, respawn::drive); }
