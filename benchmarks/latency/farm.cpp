// How long is it from the submission of an empty task to its result in the caller's hands? From one
// engine of the balanced view, or from all of them through the direct view?
#include <algorithm>
#include <farm/farm.hpp>
#include <iostream>
#include <limits>

#include "options.hpp"
#include "round_trips.hpp"

double increment(double x) { return x + 1; }

/// What all answered, or not a number if they differ.
double common(const std::vector<double>& answers) {
  const bool alike = std::all_of(answers.begin(), answers.end(),
                                 [&](double answer) { return answer == answers.front(); });
  return alike ? answers.front() : std::numeric_limits<double>::quiet_NaN();
}

int drive(farm::Client& client) {
  bench::RoundTrips trips;
  bench::Options options("latency: an empty task, submitted and waited for");
  trips.declare(options);
  if (const auto status = options.parse(client.arguments())) return *status;
  if (!trips.sensible()) return 2;
  const int np = static_cast<int>(client.size()) + 1;
  if (trips.direct()) {
    const auto engines = client.direct();
    return trips.time("farm", np, [&](double x) {
      return common(engines.apply(farm::kernel<&increment>, x).get());
    });
  }
  auto tasks = client.load_balanced();
  return trips.time("farm", np,
                    [&](double x) { return tasks.apply(farm::kernel<&increment>, x).get(); });
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
