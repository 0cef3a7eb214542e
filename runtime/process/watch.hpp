#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "process/invitation.hpp"
#include "process/side_channel.hpp"

namespace farm::process {

/// An engine that has died, and why, as a clause.
struct Death {
  int rank = 0;
  std::string why;
  bool ended = false;  ///< its process has, while its host lives: its supervisor says so

  friend bool operator==(const Death&, const Death&) = default;
};

/// The hub's end of the side channel. A thread of it accepts the engines and finds out who dies:
/// at once where a connection ends, after a silence where a host or a process has frozen. All
/// functions may be called by any thread.
class Watch {
 public:
  /// Waits for connections of the ranks 1 to `engines` from now on. Throws std::system_error.
  Watch(Listeners listeners, const Secret& secret, int engines, std::int64_t silence_ns);
  /// Ends the connections: engines that have not been dismissed leave.
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Tells the engines that all of them have arrived: from now on the death of one is survived.
  void begin();
  /// Waits for the connection of one more rank, above all others.
  void expect(int rank);
  /// How many deaths there were. Costs one atomic load.
  std::size_t deaths() const { return deaths_.load(std::memory_order_acquire); }
  const std::atomic<std::size_t>& death_count() const { return deaths_; }
  /// Those that nobody has taken yet, in their order.
  std::vector<Death> take_deaths();
  /// The engine is to count as dead: it is told to leave, and the others that it is dead. Comes
  /// back as one of the deaths, if it is not one already.
  void condemn(int rank, const std::string& why);
  /// `look` is called at each beat from now on, by the thread of this; null: nothing is. It may
  /// only call what costs an atomic load.
  void every_beat(std::function<void()> look);
  /// The work is done: the end of a connection is no death any more. Tells the engines whether MPI
  /// will be finalized or whether they have to stay, which they must if `stay` says so or if one
  /// has died. Returns whether they stay.
  bool dismiss(bool stay);
  /// Whether all engines that were connected have heard that MPI will be finalized; false if one of
  /// them has gone instead, or does not answer for so many ns. Blocks until that is known.
  bool await_partings(std::int64_t limit_ns);

  /// Ranks that are connected, or have been.
  int arrived() const;
  /// Connections of others that were dropped.
  std::uint64_t strangers() const { return strangers_.load(std::memory_order_relaxed); }

 private:
  struct Connection {
    Descriptor socket;
    int rank = 0;            // 0: has not introduced itself
    std::int64_t heard = 0;  // at last
    std::vector<std::uint8_t> introduction;
    Words words;
    std::string ending;  // of its process, as its supervisor says
    bool parted = false;
  };

  void run();
  void accept_all(int listener);
  void receive(std::uint64_t id);
  void introduce(std::uint64_t id, Connection& connection);
  void sweep();
  void drop(std::uint64_t id);
  void die(int rank, std::string why, bool ended = false);
  void part(Connection& connection);
  void listen(bool on);
  void tell_all(Word word, std::int32_t number = 0);

  std::vector<Descriptor> listeners_;
  Secret secret_;
  std::int64_t silence_ns_;
  Descriptor events_;
  Descriptor stop_;

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Connection> connections_;
  std::vector<std::uint64_t> of_rank_;  // connection; 0: none yet; `gone`: it has died
  std::uint64_t last_id_ = 0;
  std::size_t unknown_ = 0;  // connections that have not introduced themselves
  std::int64_t swept_ = 0;
  bool listening_ = true;
  bool begun_ = false;
  bool dismissed_ = false;
  std::size_t unparted_ = 0;  // engines that have not answered yet
  bool broken_off_ = false;   // one of them has gone
  std::condition_variable parting_;
  std::function<void()> look_;
  std::deque<Death> untaken_;
  std::atomic<std::size_t> deaths_{0};
  std::atomic<std::uint64_t> strangers_{0};
  std::thread thread_;
};

}  // namespace farm::process
