#include "process/sandbox_child.hpp"

#include <cstring>

namespace farm::process {

std::span<const std::byte> SandboxChild::next() {
  SandboxMemory::Control& control = memory_->control();
  written_ = 0;
  control.turn.set(Turn::State::ready);
  while (control.turn.state() != Turn::State::request) {
    control.turn.await_change(Turn::State::ready, looks_, -1);
  }
  return memory_->requests().read(control.request_size);
}

void SandboxChild::write(const void* from, std::size_t size) {
  if (size == 0) return;
  std::byte* at = memory_->answers().room(written_ + size).data() + written_;
  std::memcpy(at, from, size);
  written_ += size;
}

void SandboxChild::publish() {
  memory_->control().written.store(written_, std::memory_order_release);
}

}  // namespace farm::process
