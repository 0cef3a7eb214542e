// How long is it from the submission of an empty task to its result in the caller's hands?
#include <farm/farm.hpp>
#include <iostream>

#include "options.hpp"
#include "round_trips.hpp"

double increment(double x) { return x + 1; }

int drive(farm::Client& client) {
  bench::RoundTrips trips;
  bench::Options options("latency: an empty task, submitted and waited for");
  trips.declare(options);
  if (const auto status = options.parse(client.arguments())) return *status;
  if (trips.tasks == 0) {
    std::cerr << "latency: needs at least one task\n";
    return 2;
  }
  auto tasks = client.load_balanced();
  const int np = static_cast<int>(client.size()) + 1;
  return trips.time("farm", np,
                    [&](double x) { return tasks.apply(farm::kernel<&increment>, x).get(); });
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
