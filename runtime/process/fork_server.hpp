#pragma once

#include <sys/types.h>

#include <functional>

#include "process/out_of_memory.hpp"
#include "process/sandbox_memory.hpp"

namespace farm::process {

class SandboxChild;

/// Forks the sandbox of a rank, and a new one when that has died, from a process that was made
/// before MPI and has one thread: there a fork is cheap and safe. It is made before the processes
/// fork apart, and then each says which one it is. The server's own loop waits until
/// server_socket() is readable or a child has died, and calls handle() and reaped().
class ForkServer {
 public:
  ForkServer();
  ~ForkServer();
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;

  /// What a child does; its end is the end of the child. Call before the processes fork apart.
  void child_runs(std::function<void(SandboxChild&)> body) { body_ = std::move(body); }
  /// What a child does before that: closes what is the server's alone.
  void child_begins(std::function<void()> prepare) { prepare_ = std::move(prepare); }

  // For the server.

  void become_server();
  /// Readable when the rank wants something, or has gone.
  int server_socket() const { return server_; }
  /// Does what the rank wants; call when the socket is readable. False: the rank has gone.
  bool handle();
  /// Whether `pid`, which has ended with this status, was a child of handle(); then it is dealt
  /// with.
  bool reaped(pid_t pid, int status);
  /// Kills the child.
  void end();

  // For the rank.

  void become_rank();
  /// For a rank without a supervisor: forks a process that is the server and nothing else, and that
  /// ends with the rank. Call before any thread exists; returns in the rank.
  void fork_apart();
  /// Asks for a child, or for its death. False: the server has gone.
  bool ask_for_child();
  bool ask_to_kill();
  bool server_gone() const;
  SandboxMemory& memory() { return memory_; }

 private:
  enum class Request : char { child, kill };

  bool ask(Request request) const;
  void start_child();
  [[noreturn]] void be_child(pid_t server);
  [[noreturn]] void serve();

  SandboxMemory memory_;
  std::function<void(SandboxChild&)> body_;
  std::function<void()> prepare_;
  int server_ = -1;
  int rank_ = -1;
  pid_t child_ = 0;
  OutOfMemoryWatch child_memory_;
};

}  // namespace farm::process
