#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include "farm/farm.hpp"

// A program whose first argument says how it shall behave.

namespace runs {

using std::chrono::milliseconds;

int square(int x) { return x * x; }
void nap(int ms) { std::this_thread::sleep_for(milliseconds(ms)); }
void fail_softly(int x) { throw std::runtime_error("it was " + std::to_string(x)); }
void say_task(int x) {
  std::this_thread::sleep_for(milliseconds(5));
  std::cout << "task " + std::to_string(x) + "\n" << std::flush;
}
void print(int x) {
  std::cout << "kernel " + std::to_string(x) + " on stdout\n";
  std::printf("printf %d\n", x);
  std::cerr << "kernel " + std::to_string(x) + " on stderr\n";
  if (x == 4) std::cout << "no newline at the end";
}

std::vector<int> numbers(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::string text(farm::CountOrAutomatic count) {
  return count.is_automatic() ? "auto" : std::to_string(count.count());
}

int throw_while_sleeping(farm::Client& client) {
  auto tasks = client.load_balanced();
  auto naps = tasks.map(farm::kernel<&nap>, std::vector(100, 60'000));
  naps.wait(farm::Seconds{0.3});
  throw std::runtime_error("no more ideas");
}

// Engines that sleep do not take the data that the driver has lent, and it goes all the same.
int throw_while_lending(farm::Client& client) {
  auto all = client.direct();
  all.apply(farm::kernel<&nap>, 60'000);
  const std::vector<int> lent = numbers(1'000'000);
  auto sent = all.scatter(farm::Name<std::vector<int>>{"lent"}, lent);
  throw std::runtime_error("no more ideas");
}

// Which engines run what needs this.
int labels(farm::Client& client, const std::string& need) {
  for (const farm::EngineInfo& engine : client.engines()) {
    std::cout << "engine " << engine.id << " has " << engine.labels.size() << " labels\n";
  }
  try {
    const auto view = client.load_balanced().with({.needs = {{need}}});
    const std::vector<int> ran =
        view.map([](farm::Engine& here, int) { return here.id().rank(); }, numbers(50)).get();
    std::cout << "ran on";
    for (const int engine : std::set<int>(ran.begin(), ran.end())) std::cout << ' ' << engine;
    std::cout << '\n';
  } catch (const farm::NoEngines& error) {
    std::cout << error.what() << '\n';
  }
  return 0;
}

int settings(farm::Client& client) {
  const farm::TaskOptions options = client.load_balanced().options();
  std::cout << "chunk " << options.chunk.name() << " hwm " << text(options.hwm) << "\narguments:";
  for (std::size_t i = 1; i < client.arguments().size(); ++i) {
    std::cout << ' ' << client.arguments()[i];
  }
  const farm::Executor executor(client);
  std::cout << "\nworkers " << executor.num_workers() << " of " << client.size() << '\n';
  return 0;
}

int unread(farm::Client& client) {
  auto tasks = client.load_balanced();
  tasks.map(farm::kernel<&fail_softly>, std::vector(11, 3));
  client.wait();
  tasks.apply(farm::kernel<&fail_softly>, 4);
  return 0;
}

// Of a task that fails, of a continuation that fails, and of one whose continuation is dropped.
int unread_continuations(farm::Client& client) {
  auto tasks = client.load_balanced();
  const auto lose = [](int) -> int { throw std::runtime_error("lost"); };
  tasks.apply(farm::kernel<&square>, 1).then(lose);
  tasks.apply(farm::kernel<&fail_softly>, 5).then([] { return 1; });
  client.wait();
  return 0;
}

int read_errors(farm::Client& client) {
  auto tasks = client.load_balanced();
  auto handle = tasks.map(farm::kernel<&fail_softly>, numbers(5));
  for (const auto& outcome : handle.as_completed()) std::cout << outcome.ok() << '\n';
  try {
    tasks.apply(farm::kernel<&fail_softly>, 3).get();
  } catch (const farm::RemoteError& error) {
    std::cout << error.what() << '\n';
  }
  return 0;
}

// The driver does nothing of the farm's for a second.
int compute(farm::Client& client) {
  auto naps = client.load_balanced()
                  .with({.chunk = 1, .hwm = 1})
                  .map(farm::kernel<&nap>, std::vector(20, 10));
  std::this_thread::sleep_for(milliseconds(1500));
  if (naps.progress() == 20) std::cout << "advanced\n";
  naps.wait();
  std::cout << "all done\n";
  return 0;
}

int map(farm::Client& client) {
  auto squares = client.load_balanced().map(farm::kernel<&square>, numbers(50'000)).get();
  std::cout << (squares[49'999 - 1] == square(49'999 - 1) ? "right\n" : "wrong\n");
  return 0;
}

// Starts short tasks until it is told to come to its end.
int drain(farm::Client& client) {
  const std::stop_token enough = client.drain_requests();
  farm::Completions<void> queue;
  int done = 0;
  while (!enough.stop_requested()) {
    queue.add(client.load_balanced().apply(farm::kernel<&nap>, 5));
    if (queue.size() > client.size() && queue.next()) ++done;
    if (done == 10) std::cout << "ready" << std::endl;
  }
  while (queue.next()) ++done;
  std::cout << (done >= 10 ? "drained\n" : "nothing to drain\n");
  return 7;
}

// Ten tasks are done when it says that it is ready; then it sleeps, or waits for ever.
int linger(farm::Client& client, bool in_library) {
  auto tasks = client.load_balanced().with({.chunk = 1});
  tasks.map(farm::kernel<&square>, numbers(10)).wait();
  auto naps = tasks.map(farm::kernel<&nap>, std::vector(100, 60'000));
  std::cout << "ready" << std::endl;
  if (in_library) naps.wait();
  std::this_thread::sleep_for(std::chrono::minutes(1));
  return 0;
}

// Ten tasks are done when it says that it is ready; the many that follow are short.
int nap_many(farm::Client& client) {
  auto tasks = client.load_balanced().with({.chunk = 1});
  tasks.map(farm::kernel<&square>, numbers(10)).wait();
  auto naps = tasks.map(farm::kernel<&nap>, std::vector(1000, 500));
  std::cout << "ready" << std::endl;
  naps.get();
  return 0;
}

int nap_once(farm::Client& client) {
  auto tasks = client.load_balanced().with({.chunk = 1});
  tasks.map(farm::kernel<&square>, numbers(10)).wait();
  auto slept = tasks.apply(farm::kernel<&nap>, 1500);
  std::cout << "ready" << std::endl;
  slept.get();
  std::cout << "slept well\n";
  return 0;
}

// More than anybody waits for.
int many(farm::Client& client) {
  client.load_balanced().map(farm::kernel<&nap>, std::vector(20'000, 10)).get();
  std::cout << "finished\n";
  return 0;
}

// A few that are by far too long, among short ones.
int mixed(farm::Client& client) {
  auto tasks = client.load_balanced().with({.chunk = 1}).cost([](int ms) { return ms; });
  tasks.map(farm::kernel<&nap>, std::vector(10, 100)).get();
  std::vector<int> all(40, 100);
  for (const std::size_t i : {10U, 20U, 30U}) all[i] = 600'000;
  tasks.map(farm::kernel<&nap>, all).get();
  std::cout << "finished\n";
  return 0;
}

int drive(farm::Client& client) {
  const std::vector<std::string>& arguments = client.arguments();
  const std::string mode = arguments.size() > 1 ? arguments[1] : "";
  auto tasks = client.load_balanced();
  if (mode == "return") return std::stoi(arguments.at(2));
  if (mode == "throw") throw std::runtime_error("no more ideas");
  if (mode == "throw_something") throw 3;
  if (mode == "throw_while_sleeping") return throw_while_sleeping(client);
  if (mode == "throw_while_lending") return throw_while_lending(client);
  if (mode == "leave_tasks") tasks.map(farm::kernel<&say_task>, numbers(20));
  if (mode == "settings") return settings(client);
  if (mode == "labels") return labels(client, arguments.at(2));
  if (mode == "unread") return unread(client);
  if (mode == "unread_continuations") return unread_continuations(client);
  if (mode == "read_errors") return read_errors(client);
  if (mode == "print") tasks.map(farm::kernel<&print>, numbers(5)).get();
  if (mode == "compute") return compute(client);
  if (mode == "drain") return drain(client);
  if (mode == "many") return many(client);
  if (mode == "mixed") return mixed(client);
  if (mode == "map") return map(client);
  if (mode == "nap_many") return nap_many(client);
  if (mode == "nap") return nap_once(client);
  if (mode == "sleep" || mode == "wait") return linger(client, mode == "wait");
  return 0;
}

}  // namespace runs

int main(int argc, char** argv) {
  const int status = farm::run(argc, argv, runs::drive);
  if (argc > 1 && std::string(argv[1]) == "run_twice") {
    try {
      farm::run(argc, argv, runs::drive);
    } catch (const std::logic_error& error) {
      std::cout << std::string("logic_error: ") + error.what() + "\n";
    }
  }
  return status;
}
