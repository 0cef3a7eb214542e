#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>

#include "farm/bytes.hpp"
#include "records/entry.hpp"

namespace farm::records {

/// Entries on their way from the hub to the writer: bounded in bytes. Who appends waits while it is
/// full, so that memory is bounded by the disk's speed and not by the job's; unless nobody writes
/// any more, then entries are lost and counted.
class Queue {
 public:
  explicit Queue(std::size_t limit) : limit_(limit) {}

  /// Appends an entry whose bytes are the two parts. Blocks while the queue is full.
  void push(Entry entry, std::span<const std::byte> one = {}, std::span<const std::byte> two = {});
  /// Waits until all that was pushed is committed. False if some of it cannot be.
  bool flush();
  /// Nothing comes after this.
  void close();
  /// Entries that were lost.
  std::uint64_t lost();

  /// For the writer: moves what is there to the end of `into`, at the latest after `pace_ns`;
  /// sooner when there is much of it, or somebody waits. False when closed and empty.
  bool take(Buffer& into, std::int64_t pace_ns);
  bool closed();
  /// For the writer: what was taken is committed, or could not be.
  void committed();
  void failed();

 private:
  static constexpr std::size_t much = std::size_t{4} << 20;

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable emptied_;
  Buffer waiting_;
  std::uint64_t pushed_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t lost_ = 0;
  bool wanted_ = false;  // somebody waits for all of it
  bool failing_ = false;
  bool closed_ = false;
};

}  // namespace farm::records
