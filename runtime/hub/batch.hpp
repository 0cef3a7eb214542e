#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "farm/detail/items.hpp"
#include "farm/detail/session.hpp"
#include "wire/frames.hpp"

namespace farm::hub {

/// A chunk that was settled together. There is one for every task that travels alone, so it is kept
/// small: 40 bytes.
struct Record {
  std::uint64_t first = 0;
  std::int64_t started = 0;  ///< this and the next two: ns of the hub's clock
  std::int64_t completed = 0;
  std::int64_t received = 0;
  std::uint32_t count = 0;
  std::int32_t engine : 24 = -1;
  std::uint32_t attempt : 8 = 0;
};
static_assert(sizeof(Record) == 40);

struct Callback {
  detail::RunBy by = detail::RunBy::anybody;
  std::function<void()> run;
};

/// What has come back of a batch.
class Results {
 public:
  Results(std::uint64_t count, std::uint32_t result_size);

  /// Stores the results of items [record.first, + record.count).
  void settle(const Record& record, const detail::ItemsView& items);
  /// Settles items that never ran.
  void abort(const Record& record);

  detail::Progress progress() const { return {settled_, errors_.size(), aborted_}; }
  bool settled(std::uint64_t i) const { return (bits_[i / 64] >> (i % 64) & 1) != 0; }
  std::uint64_t settled_prefix();
  std::uint64_t completed(std::uint64_t k);
  detail::Settled read(std::uint64_t i);
  std::span<const std::byte> fixed_bytes() const { return fixed_.span(); }
  const std::vector<Record>& records() const { return records_; }
  /// The record of a settled item.
  const Record& record_of(std::uint64_t i);
  const std::unordered_map<std::uint64_t, Bytes>& errors() const { return errors_; }

  std::vector<Callback> callbacks;  ///< to be called when all is settled

 private:
  void mark(const Record& record);
  void store(std::uint64_t i, std::span<const std::byte> bytes);

  std::uint64_t count_;
  std::uint32_t result_size_;
  std::uint64_t settled_ = 0;
  std::uint64_t aborted_ = 0;
  std::uint64_t prefix_ = 0;
  std::vector<std::uint64_t> bits_;
  Bytes fixed_;                 // results of one size, side by side
  std::vector<Bytes> variable_;  // or one by one
  std::unordered_map<std::uint64_t, Bytes> errors_;
  std::vector<Record> records_;  // in order of completion

  // Where completed() was asked last, because it is asked for one after the other.
  std::uint64_t cursor_record_ = 0;
  std::uint64_t cursor_items_ = 0;  // in the records before it
  std::vector<std::uint32_t> by_first_;  // records in order of items, made when asked for
};

/// Tasks that were submitted together: what goes out and, later, what came back. A single task is a
/// batch, too, so that this is small until results come.
struct Batch : detail::BatchHeader {
  std::uint32_t result_size = 0;  ///< or wire::variable_item
  std::uint32_t item_size = 0;    ///< or wire::variable_item
  std::uint32_t common = 0;
  std::uint32_t setup = 0;
  std::uint32_t number = 0;  ///< in the ledger and the scheduler
  const detail::KernelEntry* kernel = nullptr;  ///< null: a promise, which no engine runs
  std::int64_t submitted = 0;
  Bytes items;
  std::unique_ptr<Results> results;
  bool dropped = false;    ///< nobody has a handle any more
  bool released = false;   ///< the scheduler has forgotten it
  bool noticed = false;    ///< somebody has looked at a failure
  bool defines_setup = false;
  bool broken = false;  ///< its setup failed: that is why items were aborted
  std::uint32_t share = 0;

  bool settled() const { return count == 0 || (results && results->progress().settled == count); }
  Results& made_results() {
    if (!results) results = std::make_unique<Results>(count, result_size);
    return *results;
  }
  detail::ItemsView view() const {
    return {count, item_size == wire::variable_item ? variable_size : item_size, items.span()};
  }
};

/// Appends items [first, first + count) in the form of a chunk.
void append_items(Buffer& frame, const detail::ItemsView& items, std::uint64_t first,
                  std::uint64_t count);

}  // namespace farm::hub
