#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <numeric>
#include <string>
#include <thread>

#include "farm/farm.hpp"

// A program that is killed and started again: its kernels say on file which tasks have run, and
// when.

namespace journaled {

struct Work {
  std::string log;
  int ms = 0;
};

// Lines of one write each do not mix.
void say(const std::string& log, int task) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string line =
      std::to_string(task) + ' ' +
      std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) + '\n';
  const int file = open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT, 0666);
  if (file < 0 || write(file, line.data(), line.size()) < 0) throw std::runtime_error("no log");
  close(file);
}

long work(const std::string& log, int ms, int task) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  say(log, task);
  return 3L * task;
}

// COUNT tasks as one map, and as many one by one.
int run(farm::Client& client, int count, int ms) {
  std::cout << "hub " << client.hub().pid << std::endl;
  const auto view = client.load_balanced();
  const auto bound = farm::bind(farm::kernel<&work>, std::string("ran"), ms);
  std::vector<int> inputs(static_cast<std::size_t>(count));
  std::iota(inputs.begin(), inputs.end(), 0);
  const auto map = view.map(bound, inputs);
  std::vector<farm::AsyncResult<long>> singles;
  for (int i = count; i < 2 * count; ++i) singles.push_back(view.apply(bound, i));
  long sum = 0;
  for (const long value : map.get()) sum += value;
  for (const auto& single : singles) sum += single.get();
  std::cout << "sum " << sum << std::endl;
  return 0;
}

int list(const std::string& file, const std::string& status) {
  farm::Query query;
  query.status(*farm::task_status_named(status));
  farm::read_journal(file, query, [](const farm::TaskRecord& record) {
    std::cout << number(record.id) << ' ' << record.run << '\n';
  });
  return 0;
}

int drive(farm::Client& client) {
  const auto& words = client.arguments();
  if (words.at(1) == "list") return list(words.at(2), words.at(3));
  return run(client, std::stoi(words.at(2)), std::stoi(words.at(3)));
}

}  // namespace journaled

int main(int argc, char** argv) { return farm::run(argc, argv, journaled::drive); }
