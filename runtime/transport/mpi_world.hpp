#pragma once

#include <memory>
#include <string>
#include <vector>

#include "transport/transport.hpp"

namespace farm::transport {

/// MPI from its start to its end in this process, and what happens before and after the farm's own
/// traffic: collective calls, made by all ranks in the same order. The constructor is MPI_Init, the
/// destructor MPI_Finalize.
class MpiWorld {
 public:
  /// `threads`: whether several threads will call MPI, one at a time. If MPI cannot do that,
  /// threads() is false. Asking for it costs speed (the locks of MPI_THREAD_SERIALIZED).
  /// `spawned`: whether this process was started by spawn(): then its world is that of two.
  MpiWorld(int& argc, char**& argv, bool threads, bool spawned = false);
  ~MpiWorld();
  MpiWorld(const MpiWorld&) = delete;
  MpiWorld& operator=(const MpiWorld&) = delete;

  int rank() const;
  int size() const;
  bool threads() const;
  /// Ranks on this rank's host. Collective.
  int local_size() const;
  /// Whether a poll that finds nothing gives the core away (Open MPI does where it knows of more
  /// ranks than cores).
  bool polls_yield() const;
  /// Rank 0 gets one text from each rank, in rank order; the others get nothing. Collective.
  std::vector<std::string> gather(const std::string& text) const;
  /// Everybody gets rank 0's text. Collective.
  std::string broadcast(const std::string& text) const;

  /// Whether this MPI starts processes in a running job, and survives their end.
  static bool can_spawn();
  /// Starts one more process, a program and its arguments, on the host of this name or, if that is
  /// empty, where the launcher likes; it has to say `spawned`. Returns a world of two: this process
  /// is rank 0 and the new one rank 1. Blocks for some 0.25 s, until the new process has started
  /// MPI. Throws std::runtime_error if the launcher does not start it.
  std::unique_ptr<MpiWorld> spawn(const std::vector<std::string>& command,
                                  const std::string& host) const;

  /// The transport between rank 0 and the others. The world must outlive it.
  std::unique_ptr<Transport> transport() const;
  /// MPI_Finalize now: the process ends after that, and the destructor is not called.
  void finalize() const;
  /// Ends the job at once on all ranks.
  [[noreturn]] void abort(int status) const;

 private:
  class State;
  explicit MpiWorld(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

/// Whether MPI was started in this process before, by anybody.
bool mpi_was_started();

}  // namespace farm::transport
