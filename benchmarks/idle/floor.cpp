// What do ranks of bare MPI cost that wait for work in MPI_Recv?
#include <unistd.h>

#include <iostream>
#include <vector>

#include "bare_mpi.hpp"
#include "idle.hpp"
#include "options.hpp"

int main(int argc, char** argv) {
  bench::BareMpi mpi(argc, argv);
  bench::Idle idle;
  bench::Options options("idle, the floor: ranks of bare MPI that wait in MPI_Recv");
  idle.declare(options);
  if (const auto status = options.parse(mpi.arguments(), mpi.is_master())) return *status;
  if (mpi.size() < 2 || idle.wakes < 1) {
    if (mpi.is_master()) std::cerr << "idle: needs two ranks and at least one wake\n";
    return 2;
  }
  std::vector<int> pids(mpi.size());
  int pid = getpid();
  MPI_Gather(&pid, 1, MPI_INT, pids.data(), 1, MPI_INT, 0, MPI_COMM_WORLD);
  if (!mpi.is_master()) {
    bench::work([](double x) { return x; });
    return 0;
  }
  pids.erase(pids.begin());
  idle.measure("floor", pids, [] {
    bench::Message message;
    bench::send(message, 1);
    bench::receive(message, 1);
  });
  bench::stop_workers(mpi.size());
  return 0;
}
