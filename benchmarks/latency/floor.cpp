// How long does a task take out and back in bare MPI? Two ranks play ping-pong with 64 bytes; or
// all get 64 bytes by a broadcast, and theirs are gathered.
#include <algorithm>
#include <iostream>
#include <limits>
#include <vector>

#include "bare_mpi.hpp"
#include "options.hpp"
#include "round_trips.hpp"

namespace {

double ping_pong(double x) {
  bench::Message message;
  message.value = x;
  bench::send(message, 1);
  bench::receive(message, 1);
  return message.value;
}

constexpr int size = sizeof(bench::Message);

void broadcast(bench::Message& message) { MPI_Bcast(&message, size, MPI_BYTE, 0, MPI_COMM_WORLD); }

/// `answers` has room for one of each rank at rank 0, and is not looked at elsewhere.
void gather(const bench::Message& message, bench::Message* answers) {
  MPI_Gather(&message, size, MPI_BYTE, answers, size, MPI_BYTE, 0, MPI_COMM_WORLD);
}

/// What all workers answer, or not a number if they differ. Rank 0 has no answer of its own.
double ask_all(double x, std::vector<bench::Message>& answers) {
  bench::Message message;
  message.value = x;
  broadcast(message);
  gather(message, answers.data());
  const double first = answers[1].value;
  const bool alike = std::all_of(answers.begin() + 1, answers.end(),
                                 [&](const auto& answer) { return answer.value == first; });
  return alike ? first : std::numeric_limits<double>::quiet_NaN();
}

/// A worker of ask_all; a negative task is the last one.
void answer_all() {
  bench::Message message;
  for (;;) {
    broadcast(message);
    if (message.value < 0) return;
    message.value += 1;
    gather(message, nullptr);
  }
}

int time_all(const bench::BareMpi& mpi, const bench::RoundTrips& trips) {
  if (!mpi.is_master()) {
    answer_all();
    return 0;
  }
  std::vector<bench::Message> answers(static_cast<std::size_t>(mpi.size()));
  const int status = trips.time("floor", mpi.size(), [&](double x) { return ask_all(x, answers); });
  bench::Message stop;
  stop.value = -1;
  broadcast(stop);
  return status;
}

int time_one(const bench::BareMpi& mpi, const bench::RoundTrips& trips) {
  if (!mpi.is_master()) {
    bench::work([](double x) { return x + 1; });
    return 0;
  }
  const int status = trips.time("floor", mpi.size(), ping_pong);
  bench::stop_workers(mpi.size());
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  bench::BareMpi mpi(argc, argv);
  bench::RoundTrips trips;
  bench::Options options(
      "latency, the floor: a ping-pong of 64 bytes, or Bcast and Gather, in bare MPI");
  trips.declare(options);
  if (const auto status = options.parse(mpi.arguments(), mpi.is_master())) return *status;
  if (!trips.sensible(mpi.is_master())) return 2;
  if (mpi.size() < 2) {
    if (mpi.is_master()) std::cerr << "latency: needs two ranks\n";
    return 2;
  }
  return trips.direct() ? time_all(mpi, trips) : time_one(mpi, trips);
}
