#include <farm/farm.hpp>
#include <farm/mpi.hpp>
#include <iostream>

// A direct call whose kernel fails on the last engine while the others wait for it inside MPI.

namespace stuck {

int meet(farm::Engine& here) {
  const MPI_Comm all = farm::mpi_communicator(here);
  if (here.communicator().rank() == here.communicator().size() - 1) {
    throw std::runtime_error("not coming");
  }
  MPI_Barrier(all);
  return here.id().rank();
}

int work(int x) { return x; }

// With an argument, the driver goes on: the engine that can work does all of it.
int drive(farm::Client& client) {
  try {
    client.direct().apply(farm::kernel<&meet>).get();
  } catch (const farm::CompositeError& error) {
    std::cout << error.format(100) << '\n';
  }
  if (client.arguments().size() > 1) {
    client.direct().push(farm::Name<int>{"number"}, 1);
    std::vector<int> inputs(100, 1);
    client.load_balanced().map(farm::kernel<&work>, inputs).get();
  }
  return 3;
}

}  // namespace stuck

int main(int argc, char** argv) { return farm::run(argc, argv, stuck::drive); }
