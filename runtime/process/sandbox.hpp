#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "process/fork_server.hpp"

namespace farm::process {

/// No child can be had.
class SandboxError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The rank's side of its sandbox: a child process that works on one request at a time and may die
/// of it. For one thread, but for ask().
class Sandbox {
 public:
  /// `looks`: how often to look for an answer before it sleeps. More than 0 only where rank and
  /// child can run at the same time on different cores. The server must outlive it.
  explicit Sandbox(ForkServer& server, int looks = 0) : server_(&server), looks_(looks) {}

  /// Returns when a child is ready. True: it is a new one, which has seen no request. Throws
  /// SandboxError. Call when no request is worked on.
  bool ready();
  /// Where the next request is to be written, of at most `size` bytes; a part that was written
  /// stays when it grows. Throws std::bad_alloc.
  std::span<std::byte> request(std::size_t size) { return memory().requests().room(size); }
  /// Hands that request over. False: the child has died meanwhile; call ready() again, the request
  /// is still there.
  bool begin(std::size_t size);
  /// Waits for at most about so many ns; whether the child has ended the request or has died.
  bool await(std::int64_t ns);
  /// Asks the child for something while it works; what the numbers mean is up to its body.
  void ask(std::uint32_t what) { control().stop.store(what, std::memory_order_relaxed); }
  /// Kills the child; returns when it is dead.
  void kill();

  /// The number that the child told last; 0 at first.
  std::uint64_t mark() { return control().mark.load(std::memory_order_acquire); }
  /// The part of the answer that is there, also of a child that has died. Valid until the next
  /// call.
  std::span<const std::byte> answer();
  /// Whether the request was ended by the death of the child.
  bool died() const { return died_; }
  /// How it died: "SIGSEGV (segmentation fault)".
  std::string ending();

 private:
  static constexpr std::int64_t slice_ns = 100'000'000;
  static constexpr int most_starts = 3;

  SandboxMemory& memory() { return server_->memory(); }
  SandboxMemory::Control& control() { return memory().control(); }
  void notice_server();

  ForkServer* server_;
  int looks_;
  bool fresh_ = false;
  bool died_ = false;
  bool server_gone_ = false;
};

}  // namespace farm::process
