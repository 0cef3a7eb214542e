// Peers that are gone. MPI never tells of a death: what was under way to the dead and from them
// stays pending for ever, and may still be touched.

#include <algorithm>
#include <utility>

#include "time/clock.hpp"
#include "transport/mpi_check.hpp"
#include "transport/mpi_transport.hpp"

namespace farm::transport {

namespace {

// A message that is complete so long after others were matched later has a slow sender, or none.
constexpr std::int64_t slow_ns = 20'000'000;
constexpr std::uint32_t polls_per_look = 64;

}  // namespace

void MpiTransport::lose(Peer lost) {
  PeerState& peer = peers_[static_cast<std::size_t>(lost)];
  if (std::exchange(peer.lost, true)) return;
  any_lost_ = true;
  queued_ -= peer.queue.size();
  peer.queue.clear();
  peer.incoming = Pieces();
  for (std::size_t at = sends_.size(); at-- > 0;) {
    if (send_peers_[at] != lost) continue;
    check(MPI_Request_free(&sends_[at]), "MPI_Request_free");
    graveyard_.push_back(std::move(send_buffers_[at]));
    forget_send(at);
  }
  // Any of them may have been matched by the dead, perhaps all. Those that have not been are
  // matched before the new ones.
  for (int slot = 0; slot < slots; ++slot) {
    if (receives_[slot] != MPI_REQUEST_NULL) write_off(slot);
  }
}

// MPI matches receives in the order in which they were posted: one that is pending although a later
// one has been matched is matched, too, perhaps by the dead. Those are replaced, so that a few
// deaths do not use up all receives; if the sender lives its message comes late, but comes.
bool MpiTransport::look_for_dead_slots(Sink& sink) {
  const bool delivered = !suspects_.empty() && test_suspects(sink);
  if (++polls_ % polls_per_look != 0) return delivered;
  const std::int64_t now = time::Clock::now();
  if (now - looked_ < slow_ns) return delivered;
  looked_ = now;
  for (int slot = 0; slot < slots; ++slot) {
    const bool pending = receives_[slot] != MPI_REQUEST_NULL;
    if (pending && posted_[static_cast<std::size_t>(slot)] < matched_at_look_) write_off(slot);
  }
  matched_at_look_ = matched_;
  return delivered;
}

void MpiTransport::write_off(int slot) {
  const std::size_t size = receive_buffers_[slot].size();
  suspects_.push_back({std::exchange(receives_[slot], MPI_REQUEST_NULL),
                       std::exchange(receive_buffers_[slot], Buffer()),
                       posted_[static_cast<std::size_t>(slot)]});
  receive_buffers_[slot].resize(size);
  post(slot);
}

// Those that have been overtaken now and then, the others always.
bool MpiTransport::test_suspects(Sink& sink) {
  bool delivered = false;
  const bool all = polls_ % polls_per_look == 0;
  for (std::size_t i = 0; i < suspects_.size();) {
    if (!all && suspects_[i].posted < matched_) {
      ++i;
      continue;
    }
    int done = 0;
    MPI_Status status;
    check(MPI_Test(&suspects_[i].receive, &done, &status), "MPI_Test");
    if (done == 0) {
      ++i;
      continue;
    }
    const Suspect late = std::move(suspects_[i]);
    suspects_.erase(suspects_.begin() + static_cast<std::ptrdiff_t>(i));
    matched_ = std::max(matched_, late.posted);
    deliver(late.buffer, status, sink);
    delivered = true;
  }
  return delivered;
}

// To cancel a receive that the dead have matched would mean to wait for them.
void MpiTransport::leave_to_mpi() {
  for (Suspect& suspect : suspects_) graveyard_.push_back(std::move(suspect.buffer));
  for (Buffer& buffer : receive_buffers_) graveyard_.push_back(std::move(buffer));
  for (Buffer& buffer : send_buffers_) graveyard_.push_back(std::move(buffer));
  // A leak on purpose.
  static_cast<void>(new std::vector<Buffer>(std::move(graveyard_)));
}

}  // namespace farm::transport
