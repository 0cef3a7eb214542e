#include "engine/server.hpp"

#include "engine/listener.hpp"
#include "farm/detail/failure.hpp"
#include "time/clock.hpp"

namespace farm::engine {

Server::Server(const Registry& registry, Engine& self, transport::Transport& transport,
               transport::Peer hub, time::Silence silence, Hearing hearing, TaskOptions defaults)
    : registry_(&registry),
      self_(&self),
      transport_(&transport),
      hub_(hub),
      silence_(silence),
      groups_(self, transport, silence, hearing.deaths),
      hearing_(hearing),
      speech_(
          hearing.capture, [this] { return buffer(); },
          [this](Buffer frame) { send(std::move(frame)); }) {
  std::vector<EngineInfo> engines;
  // A single process is engine 0.
  const int first = self.id().rank() == 0 ? 0 : 1;
  engines.reserve(static_cast<std::size_t>(self.size()));
  for (int i = 0; i < self.size(); ++i) engines.push_back({first + i, {}, 0, 0});
  Loop& loop = *this;
  session_ =
      std::make_shared<EngineSession>(loop, std::move(engines), std::move(defaults), silence);
  self.submit_through(session_);
  self.publish_through([this](detail::Publication&& what) { publish(std::move(what)); });
  self.print_through([this](Stream stream, std::string_view text) { print(stream, text); });
  if (speech_.captures()) self.watch_items(this);
}

Server::~Server() {
  session_->close();
  self_->publish_through(nullptr);
  self_->print_through(nullptr);
  self_->watch_items(nullptr);
  // A leak on purpose: MPI may still write into what was given up.
  for (std::unique_ptr<Transfer>& transfer : given_up_) static_cast<void>(transfer.release());
}

void Server::serve() {
  std::optional<Listener> listener;
  if (hearing_.listener) {
    listener.emplace(
        door_, [this] { look(); }, [this] { self_->stop_point().notify(); });
    listener_ = true;
  }
  time::Idle idle(silence_);
  while (!quit_) {
    const bool moved = step();
    idle.patient(transfer_ != nullptr && transfer_->flows());
    if (moved) {
      idle.reset();
    } else {
      if (speech_.captures()) speech_.look();
      idle.pause();
    }
  }
  while (!transport_->drained()) step();
  listener_ = false;
}

// A result that has not left yet would wait for the end of the next kernel, which may be hours
// away: tasks that arrive meanwhile are put aside until it has. Where kernels take longer than it
// costs, all that has arrived is looked at before the next one runs: some of it overtakes.
bool Server::step() {
  if (held_up()) {
    const bool moved = move_on();
    // MPI moves the data whatever is asked for; to look for messages as well costs every other
    // turn.
    const bool flows = transfer_ != nullptr && transfer_->flows();
    if (flows && ++turns_ % turns_per_look != 0) return moved;
    return transport_->poll(*this) || moved;
  }
  if (trouble_) std::rethrow_exception(trouble_);
  if (!long_runs_ && waiting_.empty()) return transport_->poll(*this);
  int looks = 0;
  while (looks < looks_ahead && transport_->poll(*this)) ++looks;
  if (waiting_.empty() || !transport_->drained() || held_up()) return looks > 0;
  const Waiting::Frame frame = *waiting_.next(0);
  take(frame.bytes.span(), frame.stopped);
  return true;
}

// What other engines wait for as well: a group that comes together, or a collective call.
bool Server::move_on() {
  if (groups_.waiting()) return groups_.join();
  if (groups_.dead(transfer_->header().group)) {
    give_up_transfer();
    return true;
  }
  const bool moved = transfer_->advance();
  if (transfer_->over()) end_transfer();
  return moved;
}

void Server::deliver(transport::Peer, std::span<const std::byte> frame) {
  const wire::Kind kind = wire::kind_of(frame);
  switch (kind) {
    case wire::Kind::go:
      return groups_.go(wire::decode<wire::Go>(frame).header.number);
    case wire::Kind::probe:
      return say(wire::Echo{wire::decode<wire::Probe>(frame).header.hub_time, time::Clock::now()});
    case wire::Kind::retract:
      return give_back(wire::decode<wire::Retract>(frame).header.number);
    case wire::Kind::stop:
      return stop(wire::decode<wire::Stop>(frame).header.number);
    case wire::Kind::accepted:
    case wire::Kind::settled:
    case wire::Kind::cancelled:
      if (looking_) {
        words_.emplace_back(frame);
      } else {
        session_->take(kind, frame);
      }
      return;
    default:
      return puts_aside(frame) ? waiting_.add(frame) : take(frame, false);
  }
}

bool Server::puts_aside(std::span<const std::byte> frame) const {
  if (running_ != nullptr || !waiting_.empty() || held_up() || !transport_->drained()) return true;
  // To look further is not worth a copy of many bytes.
  return long_runs_ && frame.size() <= most_put_aside;
}

void Server::take(std::span<const std::byte> frame, bool stopped) {
  switch (wire::kind_of(frame)) {
    case wire::Kind::tasks:
      return run(wire::decode<wire::Tasks>(frame), stopped);
    case wire::Kind::common: {
      const auto common = wire::decode<wire::Common>(frame);
      commons_[common.header.number].packed = Bytes(common.body);
      return;
    }
    case wire::Kind::forget: {
      const std::uint32_t number = wire::decode<wire::Forget>(frame).header.number;
      commons_.erase(number);
      if (isolation_ != nullptr) isolation_->forget(number);
      return;
    }
    case wire::Kind::condition: {
      const wire::Condition condition = wire::decode<wire::Condition>(frame).header;
      conditions_[condition.number] = condition;
      return;
    }
    case wire::Kind::group:
      return take_group(frame);
    case wire::Kind::leave:
      return groups_.leave(wire::decode<wire::Leave>(frame).header.number);
    case wire::Kind::transfer: {
      const auto call = wire::decode<wire::Transfer>(frame);
      if (groups_.dead(call.header.group)) return;
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
  say(wire::Arrived{group.header.number});
}

// The dead cannot take their part. The hub knows that by itself.
void Server::give_up_transfer() { given_up_.push_back(std::move(transfer_)); }

// Who failed sends the error, which the hub waits for.
void Server::end_transfer() {
  const std::unique_ptr<Transfer> transfer = std::move(transfer_);
  if (!transfer->failure()) return;
  Buffer frame = done_frame();
  detail::ItemsBuilder replies(frame, variable_size);
  detail::pass_failure(replies, transfer->failure()->span());
  wire::Tasks call;
  call.ticket = transfer->header().ticket;
  call.first = transfer->header().first;
  call.count = 1;
  answer(call, frame, replies, time::Clock::now(), 0);
}

}  // namespace farm::engine
