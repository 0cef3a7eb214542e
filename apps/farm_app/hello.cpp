// farm_app hello: who is here, and does the farm work?
#include <algorithm>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "farm_app/command_line.hpp"
#include "farm_app/hello/measure.hpp"
#include "farm_app/hello/report.hpp"
#include "farm_app/numbers/format.hpp"
#include "farm_app/numbers/parse.hpp"
#include "farm_app/numbers/statistics.hpp"
#include "farm_app/subcommands.hpp"

namespace app {

namespace {

using Clock = std::chrono::steady_clock;

double successor(double x) { return x + 1; }

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// So many ranks are worth a line each.
constexpr std::size_t few_ranks = 8;

/// Empty tasks a second, over maps that grow until one lasts about half of `seconds`. Throws
/// std::runtime_error if a result is wrong.
double task_rate(const farm::LoadBalancedView& view, double seconds) {
  for (std::size_t count = 1000;; count *= 4) {
    const std::vector<double> inputs(count, 1.0);
    const auto start = Clock::now();
    const std::vector<double> results = view.map(farm::kernel<&successor>, inputs).get();
    const double taken = seconds_since(start);
    if (results != std::vector<double>(count, 2.0)) {
      throw std::runtime_error("self-check: a task returned a wrong result");
    }
    // The next map, four times as long, would not fit any more.
    if (taken * 5 > seconds || count > 10'000'000) return static_cast<double>(count) / taken;
  }
}

/// From the submission of an empty task to its result, one task at a time.
Summary latency(const farm::LoadBalancedView& view, double seconds) {
  std::vector<Sample> samples;
  const auto begin = Clock::now();
  do {
    const auto start = Clock::now();
    view.apply(farm::kernel<&successor>, 1.0).get();
    samples.push_back({seconds_since(start)});
  } while (seconds_since(begin) < seconds);
  return summarise(samples);
}

void check_farm(farm::Client& client, double seconds) {
  const auto view = client.load_balanced();
  const double single = task_rate(view.with({.chunk = 1}), seconds / 3);
  const double chunked = task_rate(view.with({.chunk = farm::automatic}), seconds / 3);
  const Summary trip = latency(view, seconds / 3);
  std::cout << "\nself-check with empty tasks\n"
            << "  one task per message   " << format_count(single) << " tasks/s\n"
            << "  chunk automatic        " << format_count(chunked) << " tasks/s\n"
            << "  submit to get          median " << format_number(trip.median * 1e6) << " us, p95 "
            << format_number(trip.p95 * 1e6) << " us\n";
}

}  // namespace

int hello(farm::Client& client, const Arguments& arguments) {
  namespace po = boost::program_options;
  CommandLine line(
      "farm_app hello: where this job runs, what is wrong with that, and a short self-check of the "
      "farm");
  std::string seconds_text;
  bool all_ranks = false;
  line.options().add_options()("seconds",
                               po::value(&seconds_text)->value_name("S")->default_value("1"),
                               "about how long the self-check shall last; 0: no self-check");
  line.options().add_options()("ranks", po::bool_switch(&all_ranks),
                               "a line for each rank, however many there are");
  if (!line.parse(arguments)) return 0;
  const double seconds = parse_number("--seconds", seconds_text);
  if (seconds < 0) throw UsageError("--seconds must not be negative");

  const Cluster cluster = look_at_cluster(client, seconds / 4);
  std::cout << report(cluster, all_ranks || cluster.size() <= few_ranks) << std::flush;
  if (seconds > 0) check_farm(client, seconds);
  return 0;
}

}  // namespace app
