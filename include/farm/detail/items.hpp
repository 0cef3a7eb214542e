#pragma once

#include <cstdint>
#include <vector>

#include "farm/detail/stream.hpp"
#include "farm/detail/traits.hpp"

namespace farm::detail {

/// The packed items of a map, or their packed results, in the form in which they wait, travel and
/// are stored. Items of one fixed size stand side by side. Otherwise a table follows them: the end
/// of each item, 8 bytes each, the top bit set where the item is an error.
class ItemsView {
 public:
  /// More could overflow the size of their bytes, and nobody has so many.
  static constexpr std::uint64_t most_items = std::uint64_t{1} << 31 << 1;
  static constexpr std::uint64_t failed_bit = std::uint64_t{1} << 63;

  ItemsView() = default;
  /// Throws PayloadError if the bytes cannot hold so many items.
  ItemsView(std::uint64_t count, std::size_t item_size, std::span<const std::byte> bytes)
      : count_(count), item_size_(item_size), bytes_(bytes) {
    if (item_size == variable_size) {
      if (count > bytes.size() / 8) throw PayloadError("the table of items is cut off");
      table_ = bytes.data() + (bytes.size() - count * 8);
    } else if (count > most_items || count * item_size != bytes.size()) {
      throw PayloadError("the items do not fill their bytes");
    }
  }

  std::uint64_t count() const { return count_; }
  std::size_t item_size() const { return item_size_; }
  bool fixed() const { return item_size_ != variable_size; }
  std::span<const std::byte> bytes() const { return bytes_; }

  bool failed(std::uint64_t i) const { return !fixed() && (entry(i) & failed_bit) != 0; }

  /// The bytes of item i. Throws PayloadError if the table points outside.
  std::span<const std::byte> operator[](std::uint64_t i) const {
    if (fixed()) return bytes_.subspan(i * item_size_, item_size_);
    const std::uint64_t begin = begin_of(i);
    const std::uint64_t end = entry(i) & ~failed_bit;
    if (end < begin || end > bytes_.size() - count_ * 8) {
      throw PayloadError("the table of items points outside of them");
    }
    return bytes_.subspan(begin, end - begin);
  }

  /// Where item i begins; i may be count(): the end of the last.
  std::uint64_t begin_of(std::uint64_t i) const {
    if (fixed()) return i * item_size_;
    return i == 0 ? 0 : entry(i - 1) & ~failed_bit;
  }
  std::uint64_t entry(std::uint64_t i) const {
    std::uint64_t value = 0;
    std::memcpy(&value, table_ + i * 8, 8);
    return value;
  }

 private:
  std::uint64_t count_ = 0;
  std::size_t item_size_ = 0;
  std::span<const std::byte> bytes_;
  const std::byte* table_ = nullptr;
};

/// Builds the form that ItemsView reads at the end of a buffer: pack an item, then call end() or
/// fail(). A run of fixed items becomes one with a table at its first failure.
class ItemsBuilder {
 public:
  ItemsBuilder(Buffer& buffer, std::size_t item_size)
      : buffer_(&buffer), base_(buffer.size()), item_size_(item_size) {}

  Buffer& buffer() { return *buffer_; }
  std::uint64_t count() const { return count_; }
  /// Changes from fixed to variable at the first failure.
  std::size_t item_size() const { return item_size_; }

  void end() {
    ++count_;
    if (item_size_ == variable_size) ends_.push_back(buffer_->size() - base_);
  }
  /// Counts items of fixed size that were copied in one go.
  void end_many(std::uint64_t count) { count_ += count; }

  /// Drops what the item has written so far; an error follows, closed by end_failed().
  void begin_failed() {
    if (item_size_ != variable_size) {
      for (std::uint64_t i = 1; i <= count_; ++i) ends_.push_back(i * item_size_);
      item_size_ = variable_size;
    }
    buffer_->resize(base_ + (ends_.empty() ? 0 : ends_.back() & ~ItemsView::failed_bit));
  }
  void end_failed() {
    ++count_;
    any_failed_ = true;
    ends_.push_back((buffer_->size() - base_) | ItemsView::failed_bit);
  }
  bool any_failed() const { return any_failed_; }

  /// Appends the table, if there is one. Call once, last.
  void finish() {
    if (item_size_ == variable_size) buffer_->append(ends_.data(), ends_.size() * 8);
  }
  /// Bytes written, the table not included.
  std::size_t size() const { return buffer_->size() - base_; }

 private:
  Buffer* buffer_;
  std::size_t base_;
  std::size_t item_size_;
  std::uint64_t count_ = 0;
  bool any_failed_ = false;
  std::vector<std::uint64_t> ends_;
};

}  // namespace farm::detail
