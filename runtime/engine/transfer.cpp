#include "engine/transfer.hpp"

#include <new>
#include <stdexcept>
#include <string>

#include "farm/detail/engine_move.hpp"
#include "farm/detail/failure.hpp"
#include "farm/error.hpp"

namespace farm::engine {

template <class Step>
void Transfer::attempt(Step&& step) {
  if (failure_) return;
  try {
    step();
  } catch (...) {
    failure_ = detail::encode_failure(
        detail::record_of(std::current_exception(), detail::Fault::exception));
  }
}

Transfer::Transfer(const detail::KernelEntry& code, Engine& self, transport::EngineGroup& group,
                   const wire::Frame<wire::Transfer>& frame)
    : header_(frame.header), group_(&group) {
  attempt([&] { move_ = code.make_move(self, frame.body); });
  if (gives()) {
    attempt([&] { given_ = move_->offer(); });
    report();
  } else {
    make_room();
    say(0, Stage::arriving);
  }
}

void Transfer::make_room() {
  attempt([&] {
    into_ = move_->open(header_.size);
    if (into_.size() != header_.size) throw std::logic_error("there is no room for what comes");
  });
  if (!failure_) return;
  try {
    scratch_.resize(header_.size);
  } catch (const std::bad_alloc&) {
    // MPI has no way to stay out of a collective call.
    throw Error("there is no memory for the " + std::to_string(header_.size) +
                " bytes of a push or scatter, without which the other engines cannot go on");
  }
  into_ = {scratch_.data(), scratch_.size()};
}

// A word of this engine to the hub, among those of the others.
void Transfer::say(std::uint64_t word, Stage next) {
  word_ = word;
  operation_ = group_->gather(std::as_bytes(std::span(&word_, 1)));
  stage_ = next;
}

void Transfer::report() { say(failure_ ? wire::failed_size : given_.size(), Stage::reporting); }

bool Transfer::advance() {
  if (stage_ == Stage::over || !operation_->test()) return false;
  switch (stage_) {
    case Stage::arriving:
      operation_ =
          header_.move == wire::Move::push ? group_->broadcast(into_) : group_->scatter(into_);
      stage_ = Stage::moving;
      break;
    case Stage::moving:
      attempt([&] { move_->close(); });
      report();
      break;
    case Stage::reporting:
      stage_ = gives() ? Stage::giving : Stage::over;
      if (gives()) {
        operation_ = group_->gather(failure_ ? std::span<const std::byte>() : given_);
      }
      break;
    case Stage::giving:
    case Stage::over:
      stage_ = Stage::over;
      break;
  }
  return true;
}

}  // namespace farm::engine
