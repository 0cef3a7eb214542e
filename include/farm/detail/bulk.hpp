#pragma once

#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <type_traits>

#include "farm/payload.hpp"

namespace farm::detail {

/// Values in the form in which collective calls carry them: a contiguous block of trivially
/// copyable elements as just these elements, a trivially copyable value as its bytes, both without
/// a copy; anything else packed.
template <class T>
concept BulkBlock = RawBlock<T> && std::is_default_constructible_v<typename T::value_type> &&
    requires(T& value) {
  value.resize(std::size_t{});
};

template <class T>
concept BulkValue = !BulkBlock<T> && is_raw<T> && !std::is_empty_v<T>;

/// The bytes of a value, which must outlive it.
template <class T>
class BulkOut {
 public:
  explicit BulkOut(const T& value) {
    if constexpr (BulkBlock<T>) {
      bytes_ = std::as_bytes(std::span(std::ranges::data(value), std::ranges::size(value)));
    } else if constexpr (BulkValue<T>) {
      bytes_ = std::as_bytes(std::span(&value, 1));
    } else {
      Writer writer(packed_);
      pack(writer, value);
    }
  }
  std::span<const std::byte> bytes() const {
    return BulkBlock<T> || BulkValue<T> ? bytes_ : packed_.span();
  }
  Buffer& packed() { return packed_; }

 private:
  std::span<const std::byte> bytes_;
  Buffer packed_;
};

template <class T>
void check_block(std::size_t bytes) {
  if (bytes % sizeof(typename T::value_type) != 0) {
    throw PayloadError("the bytes are no whole number of elements");
  }
}

/// Makes the block this long; the elements are about to be overwritten. A block that is so long
/// already keeps its memory as it is.
template <BulkBlock T>
std::span<std::byte> open_block(T& block, std::size_t bytes) {
  check_block<T>(bytes);
  const std::size_t size = bytes / sizeof(typename T::value_type);
  if (std::ranges::size(block) != size) {
    block.clear();
    block.resize(size);
  }
  return std::as_writable_bytes(std::span(std::ranges::data(block), size));
}

/// The value of such bytes. Throws PayloadError if they cannot be a T.
template <class T>
T take_bulk(std::span<const std::byte> bytes) {
  if constexpr (BulkBlock<T>) {
    T block{};
    const std::span<std::byte> into = open_block(block, bytes.size());
    if (!bytes.empty()) std::memcpy(into.data(), bytes.data(), bytes.size());
    return block;
  } else {
    // A trivially copyable value is packed as its bytes.
    Reader reader(bytes);
    return unpack<T>(reader);
  }
}

}  // namespace farm::detail
