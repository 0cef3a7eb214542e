#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "process/invitation.hpp"

// What is said on the side channel: one TCP connection per engine to the hub, which carries
// liveness and nothing else.
//
// An engine introduces itself with the secret of the run and its rank. From then on both sides send
// a beat now and then, so that silence means something. The hub's first beat is the welcome.

namespace farm::process {

/// One byte; those marked with n are followed by a number of 4 bytes in the sender's byte order.
enum class Word : std::uint8_t {
  beat = 'b',     ///< I am here
  go = 'g',       ///< hub: everybody has arrived
  death = 'd',    ///< hub, n: engine n is dead
  leave = 'l',    ///< hub: you count as dead; go
  finish = 'f',   ///< hub: the work is done, MPI will be finalized; our silence is no death
  stay = 's',     ///< hub: the work is done, stay until the launcher ends you
  parting = 'p',  ///< the engine has heard that the work is done
  ending = 'e',   ///< the engine's supervisor, n: it has ended with wait status n
};

constexpr bool has_number(Word word) { return word == Word::death || word == Word::ending; }

/// Takes bytes as they come and gives words.
class Words {
 public:
  /// `take(Word, number)` for every word that is complete now. Returns false for a byte that begins
  /// none.
  template <class Take>
  bool add(const std::uint8_t* bytes, std::size_t size, Take&& take) {
    for (std::size_t i = 0; i < size; ++i) {
      pending_[filled_++] = bytes[i];
      const Word word{pending_[0]};
      if (!known(word)) return false;
      if (filled_ < (has_number(word) ? pending_.size() : 1)) continue;
      std::int32_t number = 0;
      std::memcpy(&number, pending_.data() + 1, sizeof number);
      filled_ = 0;
      take(word, has_number(word) ? number : 0);
    }
    return true;
  }

 private:
  static constexpr bool known(Word word) {
    switch (word) {
      case Word::beat:
      case Word::go:
      case Word::death:
      case Word::leave:
      case Word::finish:
      case Word::stay:
      case Word::parting:
      case Word::ending:
        return true;
    }
    return false;
  }

  std::array<std::uint8_t, 5> pending_{};
  std::size_t filled_ = 0;
};

/// Says a word without waiting. Returns false if that cannot be.
bool say(int socket, Word word, std::int32_t number = 0);

/// How often each side beats if the other may believe it dead after so long a silence.
constexpr std::int64_t beat_ns(std::int64_t silence_ns) {
  constexpr std::int64_t most = 250'000'000;
  return silence_ns / 8 < most ? silence_ns / 8 : most;
}

}  // namespace farm::process
