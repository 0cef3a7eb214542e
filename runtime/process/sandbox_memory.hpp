#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "process/shared_area.hpp"
#include "process/turn.hpp"

namespace farm::process {

/// What a rank, its fork server and its sandbox share. Made before they fork apart.
class SandboxMemory {
 public:
  struct Control {
    alignas(64) Turn turn;
    // Written by the rank.
    alignas(64) std::uint64_t request_size = 0;
    std::atomic<std::uint32_t> stop{0};
    // Written by the child.
    alignas(64) std::atomic<std::uint64_t> mark{0};
    std::atomic<std::uint64_t> written{0};  // bytes of the answer that are there
    // Written by the server, before `turn` says so.
    alignas(64) int status = 0;  // how the last child ended, as waitpid says it
    int problem = 0;             // or why there was none: an errno
    alignas(64) std::atomic<std::uint64_t> request_capacity{0};
    std::atomic<std::uint64_t> answer_capacity{0};
  };

  SandboxMemory();
  ~SandboxMemory();
  SandboxMemory(const SandboxMemory&) = delete;
  SandboxMemory& operator=(const SandboxMemory&) = delete;

  /// Whether the system gave what is needed; nothing else may be called otherwise.
  bool usable() const { return control_ != nullptr && requests_->usable() && answers_->usable(); }
  Control& control() const { return *control_; }
  SharedArea& requests() { return *requests_; }
  SharedArea& answers() { return *answers_; }

 private:
  Control* control_ = nullptr;
  std::unique_ptr<SharedArea> requests_;
  std::unique_ptr<SharedArea> answers_;
};

}  // namespace farm::process
