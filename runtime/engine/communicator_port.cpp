#include "engine/communicator_port.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "farm/communicator.hpp"

namespace farm::engine {

CommunicatorPort::~CommunicatorPort() {
  try {
    finish_sends();
  } catch (const std::exception&) {
    // Whatever MPI objects to is given up with the rest.
  }
  for (Outgoing& outgoing : sends_) comm_->abandon(std::move(outgoing.exchange));
}

void CommunicatorPort::begin(std::uint64_t call) {
  call_ = call;
  native_ = false;
  finish_sends();
  std::erase_if(aside_, [call](const Letter& letter) { return letter.call < call; });
}

// Who dies is known to all by the side channel, and MPI must not be asked to tell the dead.
void CommunicatorPort::failed() {
  if (spoiled() || dead()) return;
  culprit_ = engine(rank());
  spoiled_in_ = call_;
  comm_->notify_failure(call_);
}

const void* CommunicatorPort::native() {
  enter();
  if (!std::exchange(native_, true) && on_native_) on_native_();
  return comm_->native();
}

std::optional<EngineId> CommunicatorPort::dead() const {
  return deaths_ != nullptr ? deaths_->first_of(engines_) : std::nullopt;
}

void CommunicatorPort::enter() {
  look_for_deaths();
  if (spoiled()) throw PeerError(*culprit_, spoiled_in_ < call_);
}

void CommunicatorPort::look_for_deaths() {
  if (deaths_ == nullptr || deaths_->count() == deaths_seen_) return;
  deaths_seen_ = deaths_->count();
  const std::optional<EngineId> found = dead();
  if (!found || spoiled()) return;
  culprit_ = found;
  spoiled_in_ = call_;
  throw PeerError(*culprit_, false);
}

void CommunicatorPort::look_for_failures() {
  look_for_deaths();
  if (++rounds_ % rounds_per_look != 0) return;
  const std::optional<transport::FailureNotice> notice = comm_->failure();
  if (!notice || notice->call > call_) return;
  culprit_ = engine(notice->rank);
  spoiled_in_ = notice->call;
  throw PeerError(*culprit_, spoiled_in_ < call_);
}

void CommunicatorPort::wait(std::unique_ptr<transport::Exchange>& exchange) {
  try {
    time::Idle idle(silence_);
    while (!exchange->test()) {
      look_for_failures();
      if (exchange->flowing() || sends_flow()) idle.reset();
      idle.pause();
    }
  } catch (...) {
    comm_->abandon(std::move(exchange));
    throw;
  }
}

std::vector<Buffer> CommunicatorPort::result(std::unique_ptr<transport::Exchange> exchange) {
  wait(exchange);
  return std::move(exchange->received());
}

Buffer CommunicatorPort::one_result(std::unique_ptr<transport::Exchange> exchange) {
  return std::move(result(std::move(exchange)).front());
}

bool CommunicatorPort::sends_flow() {
  finish_sends();
  return std::any_of(sends_.begin(), sends_.end(),
                     [](const Outgoing& outgoing) { return outgoing.exchange->flowing(); });
}

void CommunicatorPort::finish_sends() {
  std::erase_if(sends_, [this](const Outgoing& outgoing) {
    if (!outgoing.exchange->test()) return false;
    under_way_ -= outgoing.size;
    return true;
  });
}

// The call's number ends a message: what nobody received in one call is not for the next, and what
// comes from an engine that is ahead has to wait.
void CommunicatorPort::send(int to, int tag, Buffer message) {
  enter();
  look_for_failures();
  if (to == rank()) {
    aside_.push_back({call_, to, tag, std::move(message)});
    return;
  }
  finish_sends();
  while (under_way_ > most_under_way) {
    Outgoing oldest = std::move(sends_.front());
    sends_.pop_front();
    under_way_ -= oldest.size;
    wait(oldest.exchange);
  }
  message.append(&call_, sizeof call_);
  const std::size_t size = message.size();
  std::unique_ptr<transport::Exchange> exchange = comm_->send(to, tag, std::move(message));
  if (exchange->test()) return;
  sends_.push_back({size, std::move(exchange)});
  under_way_ += size;
}

std::optional<Buffer> CommunicatorPort::put_aside(int from, int tag, int& source) {
  const auto letter = std::find_if(aside_.begin(), aside_.end(), [&](const Letter& each) {
    return each.call == call_ && each.tag == tag && (from == any_source || each.from == from);
  });
  if (letter == aside_.end()) return std::nullopt;
  source = letter->from;
  Buffer message = std::move(letter->message);
  aside_.erase(letter);
  return message;
}

Buffer CommunicatorPort::receive(int from, int tag, int& source) {
  enter();
  if (std::optional<Buffer> message = put_aside(from, tag, source)) return *std::move(message);
  while (true) {
    std::unique_ptr<transport::Exchange> exchange = comm_->receive(from, tag);
    wait(exchange);
    Buffer message = std::move(exchange->received().front());
    if (message.size() < sizeof call_) throw PayloadError("a message without a call");
    const std::size_t size = message.size() - sizeof call_;
    std::uint64_t call = 0;
    std::memcpy(&call, message.data() + size, sizeof call);
    message.resize(size);
    if (call == call_) {
      source = exchange->source();
      return message;
    }
    if (call > call_) aside_.push_back({call, exchange->source(), tag, std::move(message)});
  }
}

void CommunicatorPort::barrier() {
  enter();
  result(comm_->barrier());
}

Buffer CommunicatorPort::broadcast(Buffer value, int root, detail::Sizes sizes) {
  enter();
  return one_result(comm_->broadcast(std::move(value), root, sizes));
}

std::vector<Buffer> CommunicatorPort::gather(Buffer value, int root, detail::Sizes sizes) {
  enter();
  return result(comm_->gather(std::move(value), root, sizes));
}

std::vector<Buffer> CommunicatorPort::all_gather(Buffer value, detail::Sizes sizes) {
  enter();
  return result(comm_->all_gather(std::move(value), sizes));
}

std::vector<Buffer> CommunicatorPort::all_to_all(std::vector<Buffer> parts, detail::Sizes sizes) {
  enter();
  return result(comm_->all_to_all(std::move(parts), sizes));
}

Buffer CommunicatorPort::reduce(Buffer values, detail::Number number, detail::Operation operation,
                                int root) {
  enter();
  return one_result(comm_->reduce(std::move(values), number, operation, root));
}

Buffer CommunicatorPort::all_reduce(Buffer values, detail::Number number,
                                    detail::Operation operation) {
  enter();
  return one_result(comm_->all_reduce(std::move(values), number, operation));
}

Buffer CommunicatorPort::scan(Buffer values, detail::Number number, detail::Operation operation) {
  enter();
  return one_result(comm_->scan(std::move(values), number, operation));
}

}  // namespace farm::engine
