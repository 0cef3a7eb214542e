#include "process/sandbox.hpp"

#include <cstring>

#include "process/ending.hpp"

namespace farm::process {

bool Sandbox::ready() {
  if (!memory().usable()) throw SandboxError("the system gives no memory to share with a sandbox");
  Turn& turn = control().turn;
  for (int attempt = 0; attempt < most_starts; ++attempt) {
    if (turn.change(Turn::State::empty, Turn::State::starting)) {
      fresh_ = true;
      if (!server_->ask_for_child()) server_gone_ = true;
    }
    while (!server_gone_ && turn.state() == Turn::State::starting) {
      if (!turn.await_change(Turn::State::starting, looks_, slice_ns)) notice_server();
    }
    if (server_gone_) throw SandboxError("the process that starts sandboxes has gone");
    if (turn.state() == Turn::State::ready) return std::exchange(fresh_, false);
    if (control().problem != 0) {
      throw SandboxError(std::string("no sandbox can be forked: ") +
                         std::strerror(control().problem));
    }
  }
  throw SandboxError("sandboxes die at once: " + ending());
}

bool Sandbox::begin(std::size_t size) {
  SandboxMemory::Control& shared = control();
  // What the last request took, where it took much.
  memory().answers().forget(shared.written.load(std::memory_order_relaxed));
  shared.request_size = size;
  shared.stop.store(0, std::memory_order_relaxed);
  shared.mark.store(0, std::memory_order_relaxed);
  shared.written.store(0, std::memory_order_relaxed);
  died_ = false;
  return shared.turn.change(Turn::State::ready, Turn::State::request);
}

bool Sandbox::await(std::int64_t ns) {
  if (!control().turn.await_change(Turn::State::request, looks_, ns)) {
    notice_server();
    if (!server_gone_) return false;
  }
  died_ = control().turn.state() != Turn::State::ready;
  // Nobody reads the request any more.
  memory().requests().forget(control().request_size);
  return true;
}

void Sandbox::kill() {
  Turn& turn = control().turn;
  if (!server_->ask_to_kill()) server_gone_ = true;
  // It may end the request yet.
  for (Turn::State state = turn.state(); !server_gone_ && state != Turn::State::empty;
       state = turn.state()) {
    if (!turn.await_change(state, 0, slice_ns)) notice_server();
  }
  died_ = true;
}

void Sandbox::notice_server() {
  if (server_->server_gone()) server_gone_ = true;
}

std::span<const std::byte> Sandbox::answer() {
  return memory().answers().read(control().written.load(std::memory_order_acquire));
}

std::string Sandbox::ending() {
  if (server_gone_) return "the process that starts sandboxes has gone";
  return describe_ending(control().status);
}

}  // namespace farm::process
