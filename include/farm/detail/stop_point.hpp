#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "farm/types.hpp"

namespace farm::detail {

struct FailureRecord;

/// Where a running kernel is asked to stop, and where it finds out. Items and chunks are known by
/// numbers that grow, so that a request which comes too late meets nobody, and the start of an item
/// has nothing to clear. A chunk may be interrupted by another one that runs on top of it.
class StopPoint {
 public:
  /// What a kernel does that asks whether it shall stop where no other thread listens for it.
  class Ear {
   public:
    virtual void listen() = 0;

   protected:
    ~Ear() = default;
  };

  // For the thread that runs kernels.

  /// `limit_ns`: how long an item may run; 0: as long as it likes. `ear` may be null.
  void begin_chunk(std::int64_t limit_ns, Ear* ear) {
    chunk_.store(++chunks_, std::memory_order_relaxed);
    limit_ns_ = limit_ns;
    ear_ = ear;
  }
  /// False if the chunk was asked to stop: the item shall not run.
  bool begin_item() {
    // In this order: who sees the item's number sees its time, or a later one.
    if (limit_ns_ != 0) read_clock();
    item_.store(++items_, std::memory_order_release);
    return !chunk_stopped();
  }
  /// Whether the item that runs is asked to stop.
  bool requested() {
    if (ear_ != nullptr) ear_->listen();
    return asked();
  }
  /// Throws farm::Interrupted with the reason if it is.
  void check();
  std::stop_token token();
  /// Sleeps; throws as check() as soon as the item is asked to stop.
  void sleep(Seconds duration);
  /// The same as check(), but does not listen.
  void heed();
  /// Makes the error of a kernel that gave up say who wanted it.
  void explain(FailureRecord& record) const;

  /// What belongs to a chunk that another one interrupts.
  struct State {
    std::uint64_t chunk = 0;
    std::uint64_t item = 0;
    std::int64_t item_started = 0;
    std::int64_t limit_ns = 0;
    std::int64_t limit_asked_at = 0;
    std::int64_t suspended_at = 0;
    bool chunk_stopped = false;
    bool limit_passed = false;
    Ear* ear = nullptr;
    std::optional<std::stop_source> source;
    std::uint64_t source_item = 0;
    std::optional<std::stop_source> due;
  };
  /// Other chunks run until resume(), and nobody hears the hub during these two calls. That time
  /// does not count as the item's.
  State suspend();
  void resume(State&& state);

  // For whoever hears the hub, while the chunk cannot end.

  /// Asks the item that runs and all later ones of the chunk.
  void stop_chunk();
  /// Asks the item that runs if its limit has passed by `now`.
  void watch(std::int64_t now);
  /// Whether it was asked for its limit and has not ended so long after that.
  bool overdue(std::int64_t now, std::int64_t grace_ns) const;
  /// Whether the item that runs was asked.
  bool asked() const { return chunk_stopped() || limit_passed(); }
  /// Calls what the kernel has registered with its stop_token, if it is due. The chunk may end
  /// meanwhile.
  void notify();

 private:
  bool chunk_stopped() const {
    return stopped_chunk_.load(std::memory_order_relaxed) == chunk_.load(std::memory_order_relaxed);
  }
  bool limit_passed() const {
    return stopped_item_.load(std::memory_order_relaxed) == item_.load(std::memory_order_relaxed);
  }
  void read_clock();
  void wake();
  std::string reason() const;

  std::uint64_t chunks_ = 0;  // that were begun
  std::uint64_t items_ = 0;
  std::atomic<std::uint64_t> chunk_{0};
  std::atomic<std::uint64_t> item_{0};
  std::atomic<std::int64_t> item_started_{0};
  std::atomic<std::uint64_t> stopped_chunk_{~std::uint64_t{0}};
  std::atomic<std::uint64_t> stopped_item_{~std::uint64_t{0}};
  std::int64_t limit_ns_ = 0;
  std::int64_t limit_asked_at_ = 0;
  Ear* ear_ = nullptr;

  std::mutex mutex_;
  std::condition_variable asked_now_;
  // Made for the first item that wants it: most do not, and it takes memory.
  std::optional<std::stop_source> source_;
  std::uint64_t source_item_ = 0;
  std::optional<std::stop_source> due_;
};

}  // namespace farm::detail
