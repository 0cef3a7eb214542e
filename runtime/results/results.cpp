#include "results/results.hpp"

#include <algorithm>

#include "wire/frames.hpp"

namespace farm::results {

Results::Results(std::uint64_t count, std::uint32_t result_size)
    : count_(count), result_size_(result_size) {
  if (count > 64) many_bits_.resize((count + 63) / 64);
  if (result_size == wire::variable_item) {
    variable_.resize(count);
  } else {
    fixed_ = Bytes(count * result_size);
  }
}

void Results::settle(const Record& record, const detail::ItemsView& items) {
  if (items.fixed() && items.item_size() == result_size_) {
    std::ranges::copy(items.bytes(), fixed_.data() + record.first * result_size_);
  } else {
    store_all(record, items);
  }
  mark(record);
}

void Results::store_all(const Record& record, const detail::ItemsView& items) {
  for (std::uint64_t i = 0; i < record.count; ++i) {
    keep(record.first + i, items[i], items.failed(i));
  }
}

void Results::settle_one(const Record& record, std::span<const std::byte> bytes, bool failed) {
  keep(record.first, bytes, failed);
  mark(record);
}

void Results::keep(std::uint64_t i, std::span<const std::byte> bytes, bool failed) {
  if (!failed) return store(i, bytes);
  if (!errors_) errors_ = std::make_unique<std::unordered_map<std::uint64_t, Bytes>>();
  errors_->emplace(i, Bytes(bytes));
}

void Results::store(std::uint64_t i, std::span<const std::byte> bytes) {
  if (result_size_ == wire::variable_item) {
    variable_[i] = Bytes(bytes);
    variable_bytes_ += bytes.size();
  } else if (bytes.size() == result_size_) {
    std::ranges::copy(bytes, fixed_.data() + i * result_size_);
  } else {
    throw wire::FrameError("a result is not of its kernel's size");
  }
}

void Results::settle_in_block(const Record& record, std::size_t offset, std::size_t size) {
  if (places_.empty()) places_.resize(count_);
  places_[record.first] = {offset, size};
  mark(record);
}

void Results::abort(const Record& record, std::shared_ptr<const Bytes> fate) {
  if (fate == nullptr) {
    aborted_ += record.count;
    return mark(record);
  }
  fated_ += record.count;
  if (fates_.empty() || fates_.back().failure != fate) fates_.push_back({std::move(fate), 0});
  fates_.back().items += record.count;
  // An item that never ran has no engine: the field says which fate it met.
  Record fated = record;
  fated.engine = fate_base - static_cast<std::int32_t>(fates_.size() - 1);
  fated.attempt = 0;
  mark(fated);
}

std::size_t Results::memory() const {
  return sizeof *this + fixed_.size() + variable_.size() * sizeof(Bytes) + variable_bytes_ +
         block_.size() + places_.size() * sizeof places_[0] + records_.size() * sizeof(Record) +
         record_by_item_.size() * sizeof record_by_item_[0] + many_bits_.size() * 8;
}

void Results::drop_values() {
  dropped_ = true;
  fixed_ = Bytes();
  block_ = Bytes();
  variable_ = std::vector<Bytes>();
  places_ = decltype(places_)();
  variable_bytes_ = 0;
}

void Results::come_from(std::vector<Origin> origins) {
  std::ranges::sort(origins, {}, &Origin::first);
  for (const Origin& origin : origins) recalled_ += origin.count;
  origins_ = std::make_unique<std::vector<Origin>>(std::move(origins));
}

const Origin* Results::origin_of(std::uint64_t i) const {
  if (origins_ == nullptr) return nullptr;
  const auto after = std::ranges::upper_bound(*origins_, i, {}, &Origin::first);
  if (after == origins_->begin()) return nullptr;
  const Origin& before = *std::prev(after);
  return i < before.first + before.count ? &before : nullptr;
}

void Results::mark(const Record& record) {
  settled_ += record.count;
  records_.push_back(record);
  if (record.count == 1) {
    bits()[record.first / 64] |= std::uint64_t{1} << (record.first % 64);
    return;
  }
  for (std::uint64_t i = record.first; i < record.first + record.count;) {
    const std::uint64_t bit = i % 64;
    const std::uint64_t here = std::min(64 - bit, record.first + record.count - i);
    const std::uint64_t ones = here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1;
    bits()[i / 64] |= ones << bit;
    i += here;
  }
}

std::uint64_t Results::settled_prefix() {
  while (prefix_ < count_ && prefix_ % 64 != 0 && settled(prefix_)) ++prefix_;
  while (prefix_ + 64 <= count_ && prefix_ % 64 == 0 && bits()[prefix_ / 64] == ~std::uint64_t{0}) {
    prefix_ += 64;
  }
  while (prefix_ < count_ && settled(prefix_)) ++prefix_;
  return prefix_;
}

std::uint64_t Results::completed(std::uint64_t k) {
  if (k < cursor_items_) cursor_record_ = cursor_items_ = 0;
  while (k >= cursor_items_ + records_[cursor_record_].count) {
    cursor_items_ += records_[cursor_record_++].count;
  }
  return records_[cursor_record_].first + (k - cursor_items_);
}

detail::Settled Results::read(std::uint64_t i) {
  if (!settled(i)) return {};
  if (errors_) {
    if (const auto error = errors_->find(i); error != errors_->end()) {
      return {detail::Status::failed, error->second.span()};
    }
  }
  if (aborted_ + fated_ != 0) {
    if (const Record& record = record_of(i); record.attempt == 0) {
      if (record.engine > fate_base) return {detail::Status::aborted, {}};
      const auto fate = static_cast<std::size_t>(fate_base - record.engine);
      return {detail::Status::failed, fates_[fate].failure->span()};
    }
  }
  if (dropped_) return {detail::Status::done, {}};
  if (!places_.empty()) {
    return {detail::Status::done, block_.span().subspan(places_[i].first, places_[i].second)};
  }
  if (result_size_ == wire::variable_item) return {detail::Status::done, variable_[i].span()};
  return {detail::Status::done, fixed_.span().subspan(i * result_size_, result_size_)};
}

const Record& Results::record_of(std::uint64_t i) {
  if (record_by_item_.empty()) record_by_item_.resize(count_);
  for (; records_indexed_ < records_.size(); ++records_indexed_) {
    const Record& record = records_[records_indexed_];
    std::fill_n(record_by_item_.begin() + static_cast<std::ptrdiff_t>(record.first), record.count,
                static_cast<std::uint32_t>(records_indexed_));
  }
  return records_[record_by_item_[i]];
}

}  // namespace farm::results
