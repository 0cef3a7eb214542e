#pragma once

#include <mpi.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <utility>
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
  void lose(Peer lost) override;
  bool queued(Peer to) const override {
    return !peers_[static_cast<std::size_t>(to)].queue.empty();
  }
  std::size_t backlog(Peer to) const override;
  bool drained() const override;
  std::unique_ptr<HubGroup> lead(std::uint32_t number, std::span<const Peer> engines) override;
  std::uint64_t joins() const override { return joins_.load(std::memory_order_relaxed); }
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
    bool lost = false;
    std::deque<Outgoing> queue;
    Pieces incoming;
  };

  /// A message that is being delivered out of the buffer of its slot.
  class Held {
   public:
    Held(MpiTransport& transport, int slot)
        : slot(slot), transport_(&transport), outer_(std::exchange(transport.held_, this)) {}
    ~Held() { transport_->held_ = outer_; }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

    int slot;
    bool posted = false;  // the slot has another buffer and receives again
    Buffer buffer;        // the one that the message lies in, then

   private:
    MpiTransport* transport_;
    Held* outer_;
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
  void release_held();
  void forget_send(std::size_t at);
  void deliver(const Buffer& buffer, const MPI_Status& status, Sink& sink);
  void consumed(Peer from, std::size_t bytes);
  void recycle(Buffer buffer);
  void leave_to_mpi();
  bool look_for_dead_slots(Sink& sink);
  void write_off(int slot);
  bool test_suspects(Sink& sink);

  /// A receive that was matched by a message which may never be complete.
  struct Suspect {
    MPI_Request receive = MPI_REQUEST_NULL;
    Buffer buffer;
    std::uint64_t posted = 0;
  };

  MPI_Comm comm_;
  MPI_Comm groups_;
  std::atomic<std::uint64_t> joins_{0};
  Order order_;
  std::vector<PeerState> peers_;
  std::size_t queued_ = 0;

  std::vector<MPI_Request> sends_;
  std::vector<Buffer> send_buffers_;
  std::vector<Peer> send_peers_;
  std::size_t next_send_ = 0;  // where the next poll begins to look
  std::vector<int> indices_;

  std::vector<Buffer> receive_buffers_;
  std::vector<MPI_Request> receives_;
  std::vector<MPI_Status> statuses_;
  std::vector<int> free_slots_;  // delivered and not posted again
  // When each receive was posted, in posts, and the latest one that has been matched.
  std::array<std::uint64_t, slots> posted_{};
  std::uint64_t posts_ = 0;
  std::uint64_t matched_ = 0;
  int head_ = 0;          // the receive that was posted first
  Held* held_ = nullptr;  // of the poll that delivers; a sink that polls is inside of it
  Buffer spare_;          // for a slot whose own buffer is held

  std::vector<Buffer> pool_;

  bool any_lost_ = false;
  std::vector<Buffer> graveyard_;  // what MPI may still use for the dead
  std::vector<Suspect> suspects_;
  std::uint32_t polls_ = 0;            // since the first death
  std::int64_t looked_ = 0;            // when slots were looked at last
  std::uint64_t matched_at_look_ = 0;  // and which had been matched by then
};

}  // namespace farm::transport
