#pragma once

#include <mpi.h>

#include <deque>
#include <vector>

#include "transport/pieces.hpp"
#include "transport/transport.hpp"

namespace farm::transport {

/// In which order a receiver takes messages.
enum class Order {
  any,   ///< whatever is complete: a slow sender holds nobody up
  sent,  ///< as each sender sent them
};

/// The transport over MPI point-to-point calls of a communicator that nobody else uses. Groups are
/// made of another one with the same ranks: Open MPI agrees on a new communicator by messages with
/// ordinary tags on its parent, and the receives that wait here for any tag would take them.
///
/// Receives come from a small pool on MPI_ANY_SOURCE, so that a poll costs the same for any number
/// of peers. Sends are MPI_Isend; nearly all are complete at once (small messages are buffered by
/// MPI). Large messages go in pieces under the credit rule of window.hpp.
class MpiTransport : public Transport {
 public:
  MpiTransport(MPI_Comm comm, MPI_Comm groups, Order order);
  /// Gives up what has not arrived; everything sent should be drained().
  ~MpiTransport() override;

  Buffer buffer() override;
  void send(Peer to, Buffer message) override;
  bool poll(Sink& sink) override;
  bool queued(Peer to) const override {
    return !peers_[static_cast<std::size_t>(to)].queue.empty();
  }
  bool drained() const override;
  std::unique_ptr<HubGroup> lead(std::uint32_t number, std::span<const Peer> engines) override;
  std::unique_ptr<EngineGroup> join(std::uint32_t number, std::span<const Peer> engines) override;

 private:
  struct Outgoing {
    Buffer message;
    std::size_t sent = 0;      // bytes that have left in pieces
    std::uint64_t number = 0;  // among the large messages to this peer
  };
  struct PeerState {
    std::size_t unacknowledged = 0;
    std::size_t consumed = 0;  // since the last acknowledgement
    std::uint64_t large_messages = 0;
    std::deque<Outgoing> queue;
    Pieces incoming;
  };

  static constexpr int slots = 16;

  bool has_credit(const PeerState& peer, std::size_t bytes) const;
  void start(Peer to, int tag, Buffer message);
  void advance(Peer to);
  Buffer next_piece(Outgoing& outgoing);
  bool finish_sends();
  void post(int slot);
  bool poll_any(Sink& sink);
  bool poll_in_order(Sink& sink);
  void deliver(const Buffer& received, const MPI_Status& status, Sink& sink);
  void consumed(Peer from, std::size_t bytes);
  void recycle(Buffer buffer);

  MPI_Comm comm_;
  MPI_Comm groups_;
  Order order_;
  std::vector<PeerState> peers_;
  std::size_t queued_ = 0;

  std::vector<MPI_Request> sends_;
  std::vector<Buffer> send_buffers_;
  std::size_t next_send_ = 0;  // where the next poll begins to look
  std::vector<int> indices_;

  std::vector<Buffer> receive_buffers_;
  std::vector<MPI_Request> receives_;
  std::vector<MPI_Status> statuses_;
  std::vector<int> free_slots_;  // delivered and not posted again
  int head_ = 0;                 // the receive that was posted first

  std::vector<Buffer> spares_;  // for slots whose message is being delivered
  std::vector<Buffer> pool_;
};

}  // namespace farm::transport
