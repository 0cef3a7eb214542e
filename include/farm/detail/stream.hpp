#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "farm/bytes.hpp"
#include "farm/error.hpp"

namespace farm {

/// The bytes of an argument or a result cannot be what they should be.
class PayloadError : public Error {
 public:
  using Error::Error;
};

/// Appends to a buffer that outlives it.
class Writer {
 public:
  explicit Writer(Buffer& buffer) : buffer_(&buffer) {}

  void bytes(const void* from, std::size_t size) { buffer_->append(from, size); }
  template <class T>
  void raw(const T& value) {
    std::memcpy(buffer_->extend(sizeof(T)), &value, sizeof(T));
  }
  std::size_t size() const { return buffer_->size(); }

 private:
  Buffer* buffer_;
};

/// Reads from bytes that outlive it; every read is checked.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : at_(bytes.data()), left_(bytes.size()) {}

  const std::byte* next(std::size_t size) {
    if (size > left_) throw PayloadError("the payload ends too soon");
    left_ -= size;
    const std::byte* at = at_;
    at_ += size;
    return at;
  }
  void bytes(void* to, std::size_t size) {
    if (size != 0) std::memcpy(to, next(size), size);
  }
  template <class T>
  T raw() {
    T value;
    std::memcpy(&value, next(sizeof(T)), sizeof(T));
    return value;
  }
  /// A count of elements of at least `each` bytes: refused if so many cannot follow, before anybody
  /// allocates memory for them.
  std::size_t count(std::size_t each) {
    const auto n = raw<std::uint64_t>();
    if (each != 0 && n > left_ / each) throw PayloadError("the payload's count exceeds its bytes");
    return n;
  }
  std::size_t left() const { return left_; }

 private:
  const std::byte* at_;
  std::size_t left_;
};

}  // namespace farm
