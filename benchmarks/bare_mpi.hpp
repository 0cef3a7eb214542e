#pragma once
// The floor under every question: MPI with nothing above it. MPI_Init and not MPI_Init_thread:
// every thread level above SINGLE turns locks on.

#include <mpi.h>

#include <string>
#include <vector>

namespace bench {

/// MPI from construction to destruction.
class BareMpi {
 public:
  BareMpi(int& argc, char**& argv) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    arguments_.assign(argv, argv + argc);
  }
  ~BareMpi() { MPI_Finalize(); }
  BareMpi(const BareMpi&) = delete;
  BareMpi& operator=(const BareMpi&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_master() const { return rank_ == 0; }
  const std::vector<std::string>& arguments() const { return arguments_; }

 private:
  int rank_ = 0;
  int size_ = 0;
  std::vector<std::string> arguments_;
};

/// A task or an answer of 64 bytes: the double and the room that a small header takes.
struct Message {
  double value = 0;
  char header[56] = {};
};
static_assert(sizeof(Message) == 64);

enum Tag : int { work_tag = 1, stop_tag = 2 };

inline void send(const Message& message, int to, int tag = work_tag) {
  MPI_Send(&message, sizeof message, MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

/// Blocks for the next message and says whose it is and with which tag.
inline MPI_Status receive(Message& message, int from = MPI_ANY_SOURCE) {
  MPI_Status status;
  MPI_Recv(&message, sizeof message, MPI_BYTE, from, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
  return status;
}

/// A worker: answers each task with `kernel` of its value until it is told to stop.
template <class Kernel>
void work(Kernel kernel) {
  Message message;
  while (receive(message, 0).MPI_TAG != stop_tag) {
    message.value = kernel(message.value);
    send(message, 0);
  }
}

inline void stop_workers(int size) {
  for (int rank = 1; rank < size; ++rank) send({}, rank, stop_tag);
}

}  // namespace bench
