#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "farm/detail/items.hpp"
#include "farm/detail/session.hpp"
#include "results/record.hpp"

namespace farm::results {

/// To be called when a batch is settled.
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
  /// Where items come from that were settled before anything ran; in any order.
  void come_from(std::vector<Origin> origins);
  /// Null for an item of this run.
  const Origin* origin_of(std::uint64_t i) const;
  /// Whether no item is of this run.
  bool all_recalled() const { return origins_ != nullptr && recalled_ == count_; }
  /// Bytes that it takes, about.
  std::size_t memory() const;
  /// Forgets the values, and keeps how they came about.
  void drop_values();
  bool values_kept() const { return !dropped_; }
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
  std::size_t variable_bytes_ = 0;
  bool dropped_ = false;
  std::uint64_t prefix_ = 0;
  std::uint64_t few_bits_ = 0;  // which of up to 64 items are settled
  std::vector<std::uint64_t> many_bits_;
  Bytes fixed_;                  // results of one size, side by side
  std::vector<Bytes> variable_;  // or one by one
  Bytes block_;                  // or side by side in a block with these places
  std::vector<std::pair<std::size_t, std::size_t>> places_;
  std::unique_ptr<std::unordered_map<std::uint64_t, Bytes>> errors_;
  std::vector<Fate> fates_;
  std::unique_ptr<std::vector<Origin>> origins_;  // in the order of their items
  std::uint64_t recalled_ = 0;
  RecordLog records_;  // in order of completion

  // Where completed() was asked last, because it is asked for one after the other.
  std::uint64_t cursor_record_ = 0;
  std::uint64_t cursor_items_ = 0;             // in the records before it
  std::vector<std::uint32_t> record_by_item_;  // made and brought up to date when asked for
  std::size_t records_indexed_ = 0;
};

}  // namespace farm::results
