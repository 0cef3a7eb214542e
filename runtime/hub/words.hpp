#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

#include "farm/bytes.hpp"
#include "transport/transport.hpp"

namespace farm::hub {

/// Brings in order what kernels say while they run, since frames to the hub overtake each other:
/// words by their turn, and the Done of a chunk after the last of its words.
class Words {
 public:
  /// Whether the word of this turn is the peer's next one. If not it is kept until next().
  bool comes_next(transport::Peer from, std::uint32_t turn, std::span<const std::byte> frame) {
    Speaker& speaker = speakers_[from];
    if (turn == speaker.turn + 1) {
      ++speaker.turn;
      return true;
    }
    if (turn > speaker.turn) speaker.early.emplace(turn, Bytes(frame));
    return false;
  }
  /// Takes out the word that is the next one now, if it is here.
  std::optional<Bytes> next(transport::Peer from) {
    Speaker& speaker = speakers_[from];
    const auto found = speaker.early.find(speaker.turn + 1);
    if (found == speaker.early.end()) return std::nullopt;
    ++speaker.turn;
    Bytes frame = std::move(found->second);
    speaker.early.erase(found);
    return frame;
  }

  /// The last word of a chunk has been heard. Returns its Done if that is here.
  std::optional<Bytes> end(transport::Peer from, std::uint32_t ticket) {
    Speaker& speaker = speakers_[from];
    const auto held = speaker.held.find(ticket);
    if (held == speaker.held.end()) {
      speaker.ended.insert(ticket);
      return std::nullopt;
    }
    Bytes frame = std::move(held->second);
    speaker.held.erase(held);
    speaker.ended.insert(ticket);
    return frame;
  }
  /// Whether the Done of a chunk that has said something counts now. If not it is kept until
  /// end().
  bool counts(transport::Peer from, std::uint32_t ticket, std::span<const std::byte> done) {
    Speaker& speaker = speakers_[from];
    if (speaker.ended.erase(ticket) != 0) return true;
    speaker.held.insert_or_assign(ticket, Bytes(done));
    return false;
  }

  /// Nothing is heard from this peer any more.
  void lose(transport::Peer peer) { speakers_.erase(peer); }

 private:
  struct Speaker {
    std::uint32_t turn = 0;                         // of the last word heard
    std::map<std::uint32_t, Bytes> early;           // by turn
    std::set<std::uint32_t> ended;                  // chunks whose Done is to come
    std::unordered_map<std::uint32_t, Bytes> held;  // Dones by ticket
  };

  std::unordered_map<transport::Peer, Speaker> speakers_;
};

}  // namespace farm::hub
