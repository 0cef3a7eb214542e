#include "transport/mpi_world.hpp"

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/serialization/string.hpp>
#include <cstdlib>

#include "transport/mpi_transport.hpp"

namespace farm::transport {

namespace mpi = boost::mpi;

class MpiWorld::State {
 public:
  // Exceptions of the driver end the job in their own way, not by the environment's abort.
  State(int& argc, char**& argv, bool threads)
      : environment(argc, argv, threads ? mpi::threading::serialized : mpi::threading::single,
                    /*abort_on_exception=*/false) {}

  mpi::environment environment;
  // Communicators of our own: nothing that a kernel sends can meet the farm's messages.
  mpi::communicator world{MPI_COMM_WORLD, mpi::comm_duplicate};
  mpi::communicator groups{MPI_COMM_WORLD, mpi::comm_duplicate};
};

MpiWorld::MpiWorld(int& argc, char**& argv, bool threads)
    : state_(std::make_unique<State>(argc, argv, threads)) {}

MpiWorld::~MpiWorld() = default;

int MpiWorld::rank() const { return state_->world.rank(); }
int MpiWorld::size() const { return state_->world.size(); }
bool MpiWorld::threads() const {
  return mpi::environment::thread_level() >= mpi::threading::serialized;
}

int MpiWorld::local_size() const {
  MPI_Comm local = MPI_COMM_NULL;
  MPI_Comm_split_type(state_->world, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
  int size = 0;
  MPI_Comm_size(local, &size);
  MPI_Comm_free(&local);
  return size;
}

// Open MPI's launcher tells its ranks so; a user may have said the same by hand.
bool MpiWorld::polls_yield() const {
  for (const char* name : {"OMPI_MCA_mpi_oversubscribe", "OMPI_MCA_mpi_yield_when_idle"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value == '1') return true;
  }
  return false;
}

std::vector<std::string> MpiWorld::gather(const std::string& text) const {
  std::vector<std::string> texts;
  mpi::gather(state_->world, text, texts, 0);
  return texts;
}

std::string MpiWorld::broadcast(const std::string& text) const {
  std::string everybodys = text;
  mpi::broadcast(state_->world, everybodys, 0);
  return everybodys;
}

std::unique_ptr<Transport> MpiWorld::transport() const {
  return std::make_unique<MpiTransport>(state_->world, state_->groups,
                                        rank() == 0 ? Order::any : Order::sent);
}

void MpiWorld::abort(int status) const {
  MPI_Abort(MPI_COMM_WORLD, status);
  std::abort();
}

bool mpi_was_started() { return mpi::environment::initialized(); }

}  // namespace farm::transport
