#include "transport/mpi_transport.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <utility>

#include "transport/mpi_check.hpp"
#include "transport/mpi_group.hpp"

namespace farm::transport {

namespace {

// Tags say how a message travels, so that small ones need no header of the transport's own.
enum Tag : int { whole = 1, piece = 2, acknowledgement = 3 };

constexpr std::size_t slot_bytes = piece_bytes + sizeof(PieceHeader);
constexpr std::size_t pool_size = 64;
constexpr std::size_t sends_tested = 64;

}  // namespace

MpiTransport::MpiTransport(MPI_Comm comm, MPI_Comm groups, Order order)
    : comm_(comm), groups_(groups), order_(order) {
  int size = 0;
  check(MPI_Comm_size(comm, &size), "MPI_Comm_size");
  check(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  peers_ = std::vector<PeerState>(static_cast<std::size_t>(size));
  receive_buffers_.resize(slots);
  receives_.resize(slots, MPI_REQUEST_NULL);
  statuses_.resize(slots);
  for (int slot = 0; slot < slots; ++slot) {
    receive_buffers_[slot].resize(slot_bytes);
    post(slot);
  }
}

MpiTransport::~MpiTransport() {
  if (any_lost_) {
    leave_to_mpi();
    return;
  }
  for (MPI_Request& receive : receives_) {
    if (receive == MPI_REQUEST_NULL) continue;
    MPI_Cancel(&receive);
    MPI_Wait(&receive, MPI_STATUS_IGNORE);
  }
}

Buffer MpiTransport::buffer() {
  if (pool_.empty()) return {};
  Buffer buffer = std::move(pool_.back());
  pool_.pop_back();
  return buffer;
}

void MpiTransport::recycle(Buffer buffer) {
  // Large buffers go back to the system: a burst of large results must not stay for ever.
  if (pool_.size() >= pool_size || buffer.capacity() > slot_bytes) return;
  buffer.clear();
  pool_.push_back(std::move(buffer));
}

bool MpiTransport::has_credit(const PeerState& peer, std::size_t bytes) const {
  return peer.unacknowledged + cost(bytes) <= window_bytes;
}

void MpiTransport::send(Peer to, Buffer message) {
  PeerState& peer = peers_[static_cast<std::size_t>(to)];
  if (peer.lost) return recycle(std::move(message));
  const std::size_t size = message.size();
  if (peer.queue.empty() && size <= piece_bytes && has_credit(peer, size)) {
    peer.unacknowledged += cost(size);
    start(to, whole, std::move(message));
    return;
  }
  const std::uint64_t number = size > piece_bytes ? peer.large_messages++ : 0;
  peer.queue.push_back({std::move(message), 0, number});
  ++queued_;
  advance(to);
}

void MpiTransport::start(Peer to, int tag, Buffer message) {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Isend(message.data(), static_cast<int>(message.size()), MPI_BYTE, to, tag, comm_,
                  &request),
        "MPI_Isend");
  int done = 0;
  check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
  if (done != 0) {
    recycle(std::move(message));
  } else {
    sends_.push_back(request);
    send_buffers_.push_back(std::move(message));
    send_peers_.push_back(to);
  }
}

// Sends as much of what is queued for the peer as it has credit for.
void MpiTransport::advance(Peer to) {
  PeerState& peer = peers_[static_cast<std::size_t>(to)];
  while (!peer.queue.empty()) {
    Outgoing& next = peer.queue.front();
    if (next.message.size() <= piece_bytes) {
      if (!has_credit(peer, next.message.size())) return;
      peer.unacknowledged += cost(next.message.size());
      start(to, whole, std::move(next.message));
    } else {
      if (!has_credit(peer, slot_bytes)) return;
      Buffer part = next_piece(next);
      peer.unacknowledged += cost(part.size());
      const bool last = next.sent == next.message.size();
      start(to, piece, std::move(part));
      if (!last) continue;
    }
    peer.queue.pop_front();
    --queued_;
  }
}

Buffer MpiTransport::next_piece(Outgoing& outgoing) {
  const std::size_t size = std::min(piece_bytes, outgoing.message.size() - outgoing.sent);
  const PieceHeader header{outgoing.number, outgoing.message.size(), outgoing.sent};
  Buffer part = buffer();
  part.append(&header, sizeof header);
  part.append(outgoing.message.data() + outgoing.sent, size);
  outgoing.sent += size;
  return part;
}

std::size_t MpiTransport::backlog(Peer to) const {
  const PeerState& peer = peers_[static_cast<std::size_t>(to)];
  std::size_t bytes = peer.unacknowledged;
  for (const Outgoing& next : peer.queue) bytes += next.message.size() - next.sent;
  return bytes;
}

bool MpiTransport::drained() const { return sends_.empty() && queued_ == 0; }

std::unique_ptr<HubGroup> MpiTransport::lead(std::uint32_t number, std::span<const Peer> engines) {
  ++joins_;
  std::unique_ptr<HubGroup> group = lead_mpi_group(groups_, number, engines);
  ++joins_;
  return group;
}

std::unique_ptr<EngineGroup> MpiTransport::join(std::uint32_t number,
                                                std::span<const Peer> engines) {
  return join_mpi_group(groups_, number, engines);
}

bool MpiTransport::finish_sends() {
  if (sends_.empty()) return false;
  // Some of them a poll, in turn: there may be as many as engines.
  next_send_ = next_send_ >= sends_.size() ? 0 : next_send_;
  const std::size_t first = next_send_;
  const std::size_t tested = std::min(sends_tested, sends_.size() - first);
  next_send_ += tested;
  indices_.resize(tested);
  int count = 0;
  check(MPI_Testsome(static_cast<int>(tested), sends_.data() + first, &count, indices_.data(),
                     MPI_STATUSES_IGNORE),
        "MPI_Testsome");
  if (count <= 0) return false;
  // From the back, so that the last element can take the place of each that goes.
  std::sort(indices_.begin(), indices_.begin() + count, std::greater<>());
  for (int i = 0; i < count; ++i) {
    const std::size_t at = first + static_cast<std::size_t>(indices_[i]);
    recycle(std::move(send_buffers_[at]));
    forget_send(at);
  }
  return true;
}

void MpiTransport::forget_send(std::size_t at) {
  std::swap(send_buffers_[at], send_buffers_.back());
  std::swap(sends_[at], sends_.back());
  std::swap(send_peers_[at], send_peers_.back());
  send_buffers_.pop_back();
  sends_.pop_back();
  send_peers_.pop_back();
}

void MpiTransport::post(int slot) {
  check(MPI_Irecv(receive_buffers_[slot].data(), static_cast<int>(slot_bytes), MPI_BYTE,
                  MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &receives_[slot]),
        "MPI_Irecv");
  posted_[static_cast<std::size_t>(slot)] = ++posts_;
}

bool MpiTransport::poll(Sink& sink) {
  const bool received = order_ == Order::any ? poll_any(sink) : poll_in_order(sink);
  return finish_sends() || received;
}

bool MpiTransport::poll_any(Sink& sink) {
  const bool late = any_lost_ && look_for_dead_slots(sink);
  // Receives are posted again here and not after delivery: whoever waits for what was delivered has
  // it the sooner.
  for (const int slot : free_slots_) post(slot);
  free_slots_.clear();
  int count = 0;
  std::array<int, slots> done{};
  check(MPI_Testsome(slots, receives_.data(), &count, done.data(), statuses_.data()),
        "MPI_Testsome");
  for (int i = 0; i < count; ++i) {
    matched_ = std::max(matched_, posted_[static_cast<std::size_t>(done[i])]);
    deliver(receive_buffers_[done[i]], statuses_[i], sink);
    free_slots_.push_back(done[i]);
  }
  return late || count > 0;
}

// A poll inside of a delivery, which may take hours, needs the slot: its buffer stays with the
// message.
void MpiTransport::release_held() {
  if (held_ == nullptr || held_->posted) return;
  Buffer& own = receive_buffers_[held_->slot];
  held_->buffer = std::exchange(own, std::exchange(spare_, Buffer()));
  own.resize(slot_bytes);
  held_->posted = true;
  post(held_->slot);
}

// MPI matches receives in the order in which they were posted, so that looking at the oldest alone
// keeps each sender's order.
bool MpiTransport::poll_in_order(Sink& sink) {
  release_held();
  int done = 0;
  MPI_Status status;
  check(MPI_Test(&receives_[head_], &done, &status), "MPI_Test");
  if (done == 0) return false;
  const int slot = head_;
  head_ = (head_ + 1) % slots;
  Held held(*this, slot);
  deliver(receive_buffers_[slot], status, sink);
  if (held.posted) {
    spare_ = std::move(held.buffer);
  } else {
    post(slot);
  }
  return true;
}

void MpiTransport::deliver(const Buffer& buffer, const MPI_Status& status, Sink& sink) {
  int size = 0;
  check(MPI_Get_count(&status, MPI_BYTE, &size), "MPI_Get_count");
  const Peer from = status.MPI_SOURCE;
  const std::span<const std::byte> bytes = buffer.span().first(static_cast<std::size_t>(size));
  PeerState& peer = peers_[static_cast<std::size_t>(from)];
  if (peer.lost) return;
  if (status.MPI_TAG == acknowledgement) {
    std::uint64_t amount = 0;
    if (bytes.size() == sizeof amount) std::memcpy(&amount, bytes.data(), sizeof amount);
    peer.unacknowledged -= std::min<std::size_t>(amount, peer.unacknowledged);
    advance(from);
    return;
  }
  if (status.MPI_TAG == whole) {
    sink.deliver(from, bytes);
  } else if (auto message = peer.incoming.add(bytes)) {
    sink.deliver(from, message->span());
  }
  consumed(from, bytes.size());
}

void MpiTransport::consumed(Peer from, std::size_t bytes) {
  PeerState& peer = peers_[static_cast<std::size_t>(from)];
  peer.consumed += cost(bytes);
  if (peer.consumed < ack_bytes) return;
  const std::uint64_t amount = std::exchange(peer.consumed, 0);
  Buffer message = buffer();
  message.append(&amount, sizeof amount);
  start(from, acknowledgement, std::move(message));
}

}  // namespace farm::transport
