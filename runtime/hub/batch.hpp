#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "farm/detail/items.hpp"
#include "farm/detail/session.hpp"
#include "hub/record.hpp"
#include "wire/frames.hpp"

namespace farm::hub {

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
  /// Settles one item, whose bytes are an error if it failed.
  void settle_one(const Record& record, std::span<const std::byte> bytes, bool failed);
  /// Settles items without a result of their own: cancelled, or with the error that `fate` is, an
  /// encoded failure which all of them share.
  void abort(const Record& record, std::shared_ptr<const Bytes> fate = nullptr);
  /// Settles item record.first with part of a block that all items share; see share_block.
  void settle_in_block(const Record& record, std::size_t offset, std::size_t size);
  void share_block(Bytes block) { block_ = std::move(block); }

  detail::Progress progress() const { return {settled_, failed(), aborted_}; }
  std::uint64_t failed() const { return fated_ + (errors_ ? errors_->size() : 0); }
  bool settled(std::uint64_t i) const { return (bits()[i / 64] >> (i % 64) & 1) != 0; }
  bool all_settled() const { return settled_ == count_; }
  std::uint64_t settled_prefix();
  std::uint64_t completed(std::uint64_t k);
  detail::Settled read(std::uint64_t i);
  std::span<const std::byte> fixed_bytes() const { return fixed_.span(); }
  const RecordLog& records() const { return records_; }
  /// The record of a settled item.
  const Record& record_of(std::uint64_t i);
  /// Error bytes by item; null if there are none.
  const std::unordered_map<std::uint64_t, Bytes>* errors() const { return errors_.get(); }
  /// Items that failed together, and with what.
  struct Fate {
    std::shared_ptr<const Bytes> failure;
    std::uint64_t items = 0;
  };
  const std::vector<Fate>& fates() const { return fates_; }

  std::vector<Callback> callbacks;  ///< to be called when all is settled

 private:
  const std::uint64_t* bits() const { return many_bits_.empty() ? &few_bits_ : many_bits_.data(); }
  std::uint64_t* bits() { return many_bits_.empty() ? &few_bits_ : many_bits_.data(); }
  void mark(const Record& record);
  void store_all(const Record& record, const detail::ItemsView& items);
  void keep(std::uint64_t i, std::span<const std::byte> bytes, bool failed);
  void store(std::uint64_t i, std::span<const std::byte> bytes);
  static constexpr std::int32_t fate_base = -2;  // Record.engine of an item with fate 0

  std::uint64_t count_;
  std::uint32_t result_size_;
  std::uint64_t settled_ = 0;
  std::uint64_t aborted_ = 0;
  std::uint64_t fated_ = 0;
  std::uint64_t prefix_ = 0;
  std::uint64_t few_bits_ = 0;  // which of up to 64 items are settled
  std::vector<std::uint64_t> many_bits_;
  Bytes fixed_;                  // results of one size, side by side
  std::vector<Bytes> variable_;  // or one by one
  Bytes block_;                  // or side by side in a block with these places
  std::vector<std::pair<std::size_t, std::size_t>> places_;
  std::unique_ptr<std::unordered_map<std::uint64_t, Bytes>> errors_;
  std::vector<Fate> fates_;
  RecordLog records_;  // in order of completion

  // Where completed() was asked last, because it is asked for one after the other.
  std::uint64_t cursor_record_ = 0;
  std::uint64_t cursor_items_ = 0;             // in the records before it
  std::vector<std::uint32_t> record_by_item_;  // made and brought up to date when asked for
  std::size_t records_indexed_ = 0;
};

/// Tasks that were submitted together: what goes out and, later, what came back. A single task is a
/// batch, too, so that this is small until results come.
struct Batch : detail::BatchHeader {
  std::uint32_t item_size = 0;  ///< or wire::variable_item
  std::uint32_t common = 0;
  std::uint32_t setup = 0;
  std::uint32_t number = 0;  ///< in the ledger and the scheduler
  std::uint32_t share = 0;
  bool dropped : 1 = false;   ///< nobody has a handle any more
  bool released : 1 = false;  ///< the scheduler has forgotten it
  bool noticed : 1 = false;   ///< somebody has looked at a failure
  bool defines_setup : 1 = false;
  bool stopped : 1 = false;     ///< somebody asked it to stop: it is not tried again
  bool planned : 1 = false;     ///< there is a Plan for it
  bool direct : 1 = false;      ///< the scheduler does not know it
  bool bulk : 1 = false;        ///< a collective call, its results in the form of detail/bulk.hpp
  bool repeated : 1 = false;    ///< there is one item for all
  bool busy : 1 = false;        ///< memory that the caller lent is still needed
  bool waiting : 1 = false;     ///< for others; the scheduler does not know it yet
  bool watched : 1 = false;     ///< others wait for it
  bool impossible : 1 = false;  ///< it waited for what did not come
  std::uint16_t terms = 0;      ///< number of its Terms
  const detail::KernelEntry* kernel = nullptr;  ///< null: a promise, which no engine runs
  std::int64_t submitted = 0;
  Bytes items;
  std::unique_ptr<Results> results;

  bool settled() const { return count == 0 || (results && results->all_settled()); }
  Results& made_results() {
    if (!results) results = std::make_unique<Results>(count, result_size);
    return *results;
  }
  detail::ItemsView view() const {
    return {repeated ? 1 : count, item_size == wire::variable_item ? variable_size : item_size,
            items.span()};
  }
};

// There is one for every queued task that was submitted alone.
static_assert(sizeof(Batch) <= 88);

/// Appends items [first, first + count) in the form of a chunk.
void append_items(Buffer& frame, const detail::ItemsView& items, std::uint64_t first,
                  std::uint64_t count);

}  // namespace farm::hub
