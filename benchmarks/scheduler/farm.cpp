// How many tasks a second can the scheduling policy take in and see off, alone, without a message
// or a kernel? Each task is a submission of its own. They are submitted first, so that the queues
// are as long as they get, and then chunks come back in random order.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "clock.hpp"
#include "csv.hpp"
#include "options.hpp"
#include "policy/scheduler.hpp"

namespace {

struct Case {
  std::uint32_t engines = 10;
  std::uint32_t tasks = 1'000'000;
  std::int64_t hwm = 16;  // 0: automatic
};

// The chunks that are out, in no order.
class Out {
 public:
  void add(const farm::policy::Actions& actions) {
    for (const auto& dispatch : actions.dispatches) tickets_.push_back(dispatch.ticket);
    free_.insert(free_.end(), actions.released.begin(), actions.released.end());
  }
  bool empty() const { return tickets_.empty(); }
  farm::policy::Ticket take(std::uint64_t random) {
    std::swap(tickets_[random % tickets_.size()], tickets_.back());
    const farm::policy::Ticket ticket = tickets_.back();
    tickets_.pop_back();
    return ticket;
  }
  std::size_t released() const { return free_.size(); }

 private:
  std::vector<farm::policy::Ticket> tickets_;
  std::vector<farm::policy::BatchNumber> free_;
};

/// Submit + finish pairs a second, by the time of the two together.
double measure(const Case& one) {
  std::vector<farm::EngineId> engines;
  for (std::uint32_t i = 1; i <= one.engines; ++i) engines.emplace_back(static_cast<int>(i));
  farm::policy::Scheduler scheduler(engines);
  farm::TaskOptions options;
  if (one.hwm > 0) options.hwm = one.hwm;
  std::minstd_rand random(1);
  Out out;
  farm::policy::Moment now = 0;
  const bench::Stopwatch watch;
  farm::policy::Submit submit;
  submit.items = 1;
  submit.bytes_per_item = 8;
  submit.route = 1;
  submit.options = &options;
  for (submit.batch = 0; submit.batch < one.tasks; ++submit.batch) {
    out.add(scheduler.submit(submit, now += 100));
  }
  while (!out.empty()) out.add(scheduler.finish(out.take(random()), 10'000, 8, now += 100));
  const double seconds = watch.seconds();
  return out.released() == one.tasks ? one.tasks / seconds : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Case one;
  bench::Options options("scheduler: submit + finish pairs a second of the policy alone");
  options.add("engines", one.engines, "number of engines");
  options.add("tasks", one.tasks, "number of tasks, each submitted alone");
  options.add("hwm", one.hwm, "high-water mark; 0: automatic");
  if (const auto status = options.parse({argv, argv + argc})) return *status;
  if (one.engines == 0 || one.tasks == 0) {
    std::cerr << "scheduler: --engines and --tasks are 1 or more\n";
    return 2;
  }
  const double rate = measure(one);
  if (rate == 0) {
    std::cerr << "scheduler: tasks were lost\n";
    return 1;
  }
  bench::Row row("scheduler", "farm", static_cast<int>(one.engines) + 1);
  row.add("engines", one.engines).add("tasks", one.tasks).add("hwm", one.hwm).add("rate", rate);
  row.print();
  return 0;
}
