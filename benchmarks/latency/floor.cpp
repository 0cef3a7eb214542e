// How long does a task take out and back in bare MPI? Two ranks play ping-pong with 64 bytes.
#include <iostream>

#include "bare_mpi.hpp"
#include "options.hpp"
#include "round_trips.hpp"

int main(int argc, char** argv) {
  bench::BareMpi mpi(argc, argv);
  bench::RoundTrips trips;
  bench::Options options("latency, the floor: a ping-pong of 64 bytes in bare MPI");
  trips.declare(options);
  if (const auto status = options.parse(mpi.arguments(), mpi.is_master())) return *status;
  if (mpi.size() < 2 || trips.tasks == 0) {
    if (mpi.is_master()) std::cerr << "latency: needs two ranks and at least one task\n";
    return 2;
  }
  if (!mpi.is_master()) {
    bench::work([](double x) { return x + 1; });
    return 0;
  }
  const int status = trips.time("floor", mpi.size(), [](double x) {
    bench::Message message;
    message.value = x;
    bench::send(message, 1);
    bench::receive(message, 1);
    return message.value;
  });
  bench::stop_workers(mpi.size());
  return status;
}
