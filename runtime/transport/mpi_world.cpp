#include "transport/mpi_world.hpp"

#include <array>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/serialization/string.hpp>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "transport/mpi_check.hpp"
#include "transport/mpi_transport.hpp"

namespace farm::transport {

namespace mpi = boost::mpi;

class MpiWorld::State {
 public:
  // Communicators of our own: nothing that a kernel sends can meet the farm's messages.
  State(std::unique_ptr<mpi::environment> environment, MPI_Comm comm, bool pair)
      : environment(std::move(environment)),
        world(comm, mpi::comm_duplicate),
        groups(comm, mpi::comm_duplicate),
        pair(pair) {}

  std::unique_ptr<mpi::environment> environment;  // null: another world has it
  mpi::communicator world;
  mpi::communicator groups;
  bool pair;  // one of spawn()
};

namespace {

// The two sides of a spawn in one communicator, the older one first.
class Pair {
 public:
  Pair(MPI_Comm sides, bool newer) {
    check(MPI_Intercomm_merge(sides, newer ? 1 : 0, &comm_), "MPI_Intercomm_merge");
  }
  ~Pair() { MPI_Comm_free(&comm_); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  MPI_Comm get() const { return comm_; }

 private:
  MPI_Comm comm_ = MPI_COMM_NULL;
};

// Of the newer of two: to the hub it has another number than here.
class NewerTransport final : public MpiTransport {
 public:
  using MpiTransport::MpiTransport;

  std::unique_ptr<EngineGroup> join(std::uint32_t number, std::span<const Peer>) override {
    return MpiTransport::join(number, std::array<Peer, 1>{1});
  }
};

}  // namespace

MpiWorld::MpiWorld(int& argc, char**& argv, bool threads, bool spawned) {
  // Exceptions of the driver end the job in their own way, not by the environment's abort.
  auto environment = std::make_unique<mpi::environment>(
      argc, argv, threads ? mpi::threading::serialized : mpi::threading::single,
      /*abort_on_exception=*/false);
  if (!spawned) {
    state_ = std::make_unique<State>(std::move(environment), MPI_COMM_WORLD, false);
    return;
  }
  MPI_Comm parent = MPI_COMM_NULL;
  check(MPI_Comm_get_parent(&parent), "MPI_Comm_get_parent");
  if (parent == MPI_COMM_NULL) throw std::runtime_error("no hub has started this process");
  state_ = std::make_unique<State>(std::move(environment), Pair(parent, true).get(), true);
}

MpiWorld::MpiWorld(std::unique_ptr<State> state) : state_(std::move(state)) {}

MpiWorld::~MpiWorld() = default;

bool MpiWorld::can_spawn() {
#ifdef OPEN_MPI
  return true;
#else
  return false;
#endif
}

std::unique_ptr<MpiWorld> MpiWorld::spawn(const std::vector<std::string>& command,
                                          const std::string& host) const {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::size_t i = 1; i < words.size(); ++i) arguments.push_back(words[i].data());
  arguments.push_back(nullptr);
  MPI_Info info = MPI_INFO_NULL;
  check(MPI_Info_create(&info), "MPI_Info_create");
  // The dead engine's place counts as taken: its supervisor is still there.
  MPI_Info_set(info, "map_by", "slot:OVERSUBSCRIBE");
  if (!host.empty()) MPI_Info_set(info, "host", host.c_str());
  MPI_Comm sides = MPI_COMM_NULL;
  int failed = MPI_SUCCESS;
  MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
  const int code = MPI_Comm_spawn(words.front().c_str(), arguments.data(), 1, info, 0,
                                  MPI_COMM_SELF, &sides, &failed);
  MPI_Info_free(&info);
  check(code, "MPI_Comm_spawn");
  check(failed, "MPI_Comm_spawn");
  return std::unique_ptr<MpiWorld>(
      new MpiWorld(std::make_unique<State>(nullptr, Pair(sides, false).get(), true)));
}

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
  if (state_->pair && rank() == 1) {
    return std::make_unique<NewerTransport>(state_->world, state_->groups, Order::sent);
  }
  return std::make_unique<MpiTransport>(state_->world, state_->groups,
                                        rank() == 0 ? Order::any : Order::sent);
}

void MpiWorld::finalize() const { MPI_Finalize(); }

void MpiWorld::abort(int status) const {
  MPI_Abort(MPI_COMM_WORLD, status);
  std::abort();
}

bool mpi_was_started() { return mpi::environment::initialized(); }

}  // namespace farm::transport
