#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "process/descriptor.hpp"
#include "process/side_channel.hpp"

namespace farm::process {

/// An engine's end of the side channel. A thread of it beats, and hears of the hub: who dies, and
/// when the engine has to go.
class Lifeline {
 public:
  /// How an engine ends whose hub has gone.
  static constexpr int orphan_status = 7;

  /// Why an engine should not go on.
  enum class Parting {
    hub_gone,    ///< the connection has ended
    hub_silent,  ///< for too long
    condemned,   ///< the hub counts this engine as dead
  };

  /// What is done with what is heard, all of it in the lifeline's thread.
  struct Reactions {
    /// All engines have arrived.
    std::function<void()> go;
    /// Another engine is dead.
    std::function<void(int rank)> death;
    /// This process should not go on. Not called after the hub has said that the work is done, nor
    /// after disarm().
    std::function<void(Parting why)> leave;
  };

  /// What the hub says when the work is done.
  enum class Farewell { none, finish, stay };

  /// On a connection that introduce() has made.
  Lifeline(Descriptor socket, std::int64_t silence_ns, Reactions reactions);
  /// Disarms, and ends the connection.
  ~Lifeline();
  Lifeline(const Lifeline&) = delete;
  Lifeline& operator=(const Lifeline&) = delete;

  /// Nothing that happens to the hub matters any more: `leave` will not be called.
  void disarm();
  /// What the hub has said, for which it waits at most so many ns.
  Farewell await_farewell(std::int64_t limit_ns);

 private:
  void run();
  bool hear();
  void heard(Word word, std::int32_t number);
  void leave(Parting why);

  Descriptor socket_;
  std::int64_t silence_ns_;
  Reactions reactions_;
  Descriptor stop_;
  Words words_;
  std::mutex mutex_;
  std::condition_variable said_farewell_;
  bool armed_ = true;
  Farewell farewell_ = Farewell::none;
  std::thread thread_;
};

}  // namespace farm::process
