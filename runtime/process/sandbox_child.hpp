#pragma once

#include <cstdint>
#include <span>

#include "process/sandbox_memory.hpp"

namespace farm::process {

/// The sandbox's side of its rank: takes requests, answers them, one after the other.
class SandboxChild {
 public:
  explicit SandboxChild(SandboxMemory& memory) : memory_(&memory) {}

  /// How often to look for the next request before it sleeps; 0 at first.
  void look(int looks) { looks_ = looks; }
  /// Ends the work on the last request and waits for the next one, whose bytes are there until the
  /// next call.
  std::span<const std::byte> next();
  /// Tells the rank a number, at once.
  void mark(std::uint64_t number) {
    memory_->control().mark.store(number, std::memory_order_release);
  }
  /// Appends to the answer; the rank sees it after publish(). Throws std::bad_alloc.
  void write(const void* from, std::size_t size);
  void publish();
  /// What the rank wants of the request that is worked on; 0: nothing. Any thread may ask.
  std::uint32_t asked() const { return memory_->control().stop.load(std::memory_order_relaxed); }

 private:
  SandboxMemory* memory_;
  int looks_ = 0;
  std::size_t written_ = 0;
};

}  // namespace farm::process
