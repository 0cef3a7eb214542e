#include "engine/transfer.hpp"

#include <stdexcept>

#include "farm/detail/engine_move.hpp"
#include "farm/detail/failure.hpp"

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
    take();
  }
}

void Transfer::take() {
  std::span<std::byte> into;
  attempt([&] {
    into = move_->open(header_.size);
    if (into.size() != header_.size) throw std::logic_error("there is no room for what comes");
  });
  if (failure_) {
    scratch_.resize(header_.size);
    into = {scratch_.data(), scratch_.size()};
  }
  operation_ = header_.move == wire::Move::push ? group_->broadcast(into) : group_->scatter(into);
}

void Transfer::report() {
  status_ = failure_ ? wire::failed_size : given_.size();
  operation_ = group_->gather(std::as_bytes(std::span(&status_, 1)));
  stage_ = Stage::reporting;
}

bool Transfer::advance() {
  if (stage_ == Stage::over || !operation_->test()) return false;
  switch (stage_) {
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
