#include "engine/server.hpp"

#include "farm/detail/thunk.hpp"
#include "time/clock.hpp"

namespace farm::engine {

Server::Server(const Registry& registry, Engine& self, transport::Transport& transport,
               transport::Peer hub, time::Silence silence, TaskOptions defaults)
    : registry_(&registry),
      self_(&self),
      transport_(&transport),
      hub_(hub),
      silence_(silence),
      groups_(self, transport, silence) {
  std::vector<EngineInfo> engines;
  // A single process is engine 0.
  const int first = self.id().rank() == 0 ? 0 : 1;
  for (int i = 0; i < self.size(); ++i) engines.push_back({first + i, {}, 0, 0});
  Loop& loop = *this;
  session_ =
      std::make_shared<EngineSession>(loop, std::move(engines), std::move(defaults), silence);
  self.submit_through(session_);
}

Server::~Server() { session_->close(); }

void Server::serve() {
  time::Idle idle(silence_);
  while (!quit_) {
    const bool moved = step();
    idle.patient(transfer_ != nullptr && transfer_->flows());
    if (moved) {
      idle.reset();
    } else {
      idle.pause();
    }
  }
  while (!transport_->drained()) step();
}

// A result that has not left yet would wait for the end of the next kernel, which may be hours
// away: tasks that arrive meanwhile are put aside until it has.
bool Server::step() {
  if (held_up()) {
    const bool moved = move_on();
    // MPI moves the data whatever is asked for; to look for messages as well costs every other
    // turn.
    const bool flows = transfer_ != nullptr && transfer_->flows();
    if (flows && ++turns_ % turns_per_look != 0) return moved;
    return transport_->poll(*this) || moved;
  }
  if (broken_) std::rethrow_exception(broken_);
  if (!postponed_.empty() && transport_->drained()) {
    const Bytes frame = *next_postponed(0);
    take(frame.span());
    return true;
  }
  if (!waiting_.empty() && transport_->drained()) {
    const Bytes frame = std::move(waiting_.front());
    waiting_.pop_front();
    take(frame.span());
    return true;
  }
  return transport_->poll(*this);
}

// What other engines wait for as well: a group that comes together, or a collective call.
bool Server::move_on() {
  if (groups_.waiting()) return groups_.join();
  const bool moved = transfer_->advance();
  if (transfer_->over()) end_transfer();
  return moved;
}

void Server::deliver(transport::Peer, std::span<const std::byte> frame) {
  const wire::Kind kind = wire::kind_of(frame);
  if (kind == wire::Kind::go) {
    groups_.go(wire::decode<wire::Go>(frame).header.number);
  } else if (session_->take(kind, frame)) {
    return;
  } else if (!hearing_ && waiting_.empty() && transport_->drained() && !held_up()) {
    take(frame);
  } else {
    waiting_.emplace_back(frame);
  }
}

void Server::take(std::span<const std::byte> frame) {
  switch (wire::kind_of(frame)) {
    case wire::Kind::tasks:
      return run(wire::decode<wire::Tasks>(frame));
    case wire::Kind::common: {
      const auto common = wire::decode<wire::Common>(frame);
      commons_[common.header.number].packed = Bytes(common.body);
      return;
    }
    case wire::Kind::forget:
      commons_.erase(wire::decode<wire::Forget>(frame).header.number);
      return;
    case wire::Kind::probe: {
      const auto probe = wire::decode<wire::Probe>(frame);
      Buffer echo = transport_->buffer();
      wire::encode(echo, wire::Echo{probe.header.hub_time, time::Clock::now()});
      return transport_->send(hub_, std::move(echo));
    }
    case wire::Kind::group:
      return take_group(frame);
    case wire::Kind::leave:
      return groups_.leave(wire::decode<wire::Leave>(frame).header.number);
    case wire::Kind::transfer: {
      const auto call = wire::decode<wire::Transfer>(frame);
      transfer_ = std::make_unique<Transfer>((*registry_)[call.header.code], *self_,
                                             groups_.group(call.header.group), call);
      return;
    }
    case wire::Kind::quit:
      quit_ = true;
      return;
    default:
      throw wire::FrameError("an engine received a frame that only the hub receives");
  }
}

void Server::take_group(std::span<const std::byte> frame) {
  const auto group = wire::decode<wire::Group>(frame);
  const auto most = static_cast<std::size_t>(self_->size());
  groups_.wait_for(group.header.number, wire::decode_ranks(group.body, most));
  Buffer answer = transport_->buffer();
  wire::encode(answer, wire::Arrived{group.header.number});
  transport_->send(hub_, std::move(answer));
}

// Who failed sends the error, which the hub waits for.
void Server::end_transfer() {
  const std::unique_ptr<Transfer> transfer = std::move(transfer_);
  if (!transfer->failure()) return;
  Buffer frame = transport_->buffer();
  frame.extend(wire::header_size<wire::Done>());
  detail::ItemsBuilder replies(frame, variable_size);
  detail::pass_failure(replies, transfer->failure()->span());
  replies.finish();
  wire::Done done;
  done.ticket = transfer->header().ticket;
  done.first = transfer->header().first;
  done.started = time::Clock::now();
  done.count = 1;
  done.item_size = wire::variable_item;
  wire::encode_at(frame.data(), done);
  transport_->send(hub_, std::move(frame));
}

void Server::run(const wire::Frame<wire::Tasks>& tasks) {
  const wire::Tasks& header = tasks.header;
  const std::size_t item_size =
      header.item_size == wire::variable_item ? variable_size : header.item_size;
  Buffer frame = transport_->buffer();
  frame.extend(wire::header_size<wire::Done>());
  const detail::KernelEntry& kernel = (*registry_)[header.kernel];
  detail::ItemsBuilder replies(frame, kernel.result_size());
  CommunicatorPort* port = header.group == 0 ? nullptr : &groups_.next_call(header.group);
  if (port != nullptr) {
    self_->talk_through(&groups_.communicator(header.group));
    port->on_native([this, ticket = header.ticket] {
      Buffer word = transport_->buffer();
      wire::encode(word, wire::Native{ticket});
      transport_->send(hub_, std::move(word));
    });
  }
  const EngineSession::Running interrupted = session_->begin(header);
  const std::int64_t started = time::Clock::now();
  run_items(header, detail::ItemsView(header.count, item_size, tasks.body), replies);
  const std::int64_t run = time::Clock::now() - started;
  replies.finish();
  session_->end(interrupted);
  wire::Done done;
  if (port != nullptr) {
    self_->talk_through(nullptr);
    // Others may wait for a word of this kernel that will not come.
    if (replies.any_failed()) port->failed();
    if (header.group == wire::alone && replies.any_failed()) groups_.leave(header.group);
  }
  done.attempt = header.attempt;
  done.ticket = header.ticket;
  done.first = header.first;
  done.started = started;
  done.run = run;
  done.count = header.count;
  done.item_size = replies.item_size() == variable_size
                       ? wire::variable_item
                       : static_cast<std::uint32_t>(replies.item_size());
  wire::encode_at(frame.data(), done);
  transport_->send(hub_, std::move(frame));
}

void Server::run_items(const wire::Tasks& header, detail::ItemsView items,
                       detail::ItemsBuilder& replies) {
  if (header.setup != 0 && !header.defines_setup && !setups_[header.setup]) {
    for (std::uint64_t i = 0; i < items.count(); ++i) {
      detail::reply_failure(replies, {detail::Fault::broken, "farm::BrokenExecutor",
                                      "the executor's initializer failed on this engine"});
    }
    return;
  }
  std::shared_ptr<const void> none;
  Common* common = header.common == 0 ? nullptr : &commons_[header.common];
  detail::Call call{*self_,
                    header.first,
                    items,
                    common == nullptr ? std::span<const std::byte>() : common->packed.span(),
                    common == nullptr ? none : common->unpacked,
                    replies};
  (*registry_)[header.kernel].run(call);
  if (common != nullptr && common->unpacked != nullptr) common->packed = Bytes();
  if (header.defines_setup) setups_[header.setup] = !replies.any_failed();
}

}  // namespace farm::engine
