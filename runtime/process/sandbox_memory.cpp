#include "process/sandbox_memory.hpp"

#include <sys/mman.h>

#include <new>

namespace farm::process {

SandboxMemory::SandboxMemory() {
  void* page =
      mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  control_ = new (page) Control;
  requests_ = std::make_unique<SharedArea>(control_->request_capacity);
  answers_ = std::make_unique<SharedArea>(control_->answer_capacity);
}

SandboxMemory::~SandboxMemory() {
  if (control_ != nullptr) munmap(control_, sizeof(Control));
}

}  // namespace farm::process
