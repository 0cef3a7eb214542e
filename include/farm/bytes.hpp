#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <utility>

namespace farm {

/// A growable run of bytes, written at the end. New bytes are not initialised. `clear` keeps the
/// memory, so that a buffer that is used again does not allocate.
class Buffer {
 public:
  Buffer() noexcept = default;
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  std::span<const std::byte> span() const { return {data_, size_}; }
  void clear() { size_ = 0; }

  void reserve(std::size_t capacity) {
    if (capacity > capacity_) grow(capacity);
  }
  /// Changes the size; bytes beyond the old size are not initialised.
  void resize(std::size_t size) {
    reserve(size);
    size_ = size;
  }
  /// Makes room for `size` more bytes at the end and returns where they begin.
  std::byte* extend(std::size_t size) {
    if (size > capacity_ - size_) grow(size_ + size);
    std::byte* at = data_ + size_;
    size_ += size;
    return at;
  }
  void append(const void* from, std::size_t size) {
    if (size != 0) std::memcpy(extend(size), from, size);
  }

  /// Gives the memory away, cut to size, to be freed with std::free; null if the buffer is empty.
  std::byte* release() {
    if (size_ != capacity_ && size_ != 0) {
      if (void* cut = std::realloc(data_, size_)) data_ = static_cast<std::byte*>(cut);
    }
    size_ = capacity_ = 0;
    return std::exchange(data_, nullptr);
  }

 private:
  void grow(std::size_t least) {
    const std::size_t capacity = least > 2 * capacity_ ? (least < 64 ? 64 : least) : 2 * capacity_;
    void* data = std::realloc(data_, capacity);
    if (data == nullptr) throw std::bad_alloc();
    data_ = static_cast<std::byte*>(data);
    capacity_ = capacity;
  }

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// An owned, move-only block of bytes of exact size. Up to 8 bytes live in the object itself, which
/// makes a task with one number as payload free of allocations; the object is 16 bytes in all.
class Bytes {
 public:
  Bytes() noexcept = default;
  /// `size` bytes, not initialised.
  explicit Bytes(std::size_t size) : size_(size) {
    if (size <= sizeof inline_) return;
    heap_ = static_cast<std::byte*>(std::malloc(size));
    if (heap_ == nullptr) throw std::bad_alloc();
  }
  /// Takes over the buffer's memory.
  explicit Bytes(Buffer&& buffer) : size_(buffer.size()) {
    if (size_ <= sizeof inline_) {
      if (size_ != 0) std::memcpy(inline_, buffer.data(), size_);
    } else {
      heap_ = buffer.release();
    }
  }
  explicit Bytes(std::span<const std::byte> from) : Bytes(from.size()) {
    if (!from.empty()) std::memcpy(data(), from.data(), from.size());
  }
  Bytes(Bytes&& other) noexcept { steal(other); }
  Bytes& operator=(Bytes&& other) noexcept {
    if (this != &other) {
      release();
      steal(other);
    }
    return *this;
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { release(); }

  std::size_t size() const { return size_; }
  std::byte* data() { return size_ > sizeof inline_ ? heap_ : inline_; }
  const std::byte* data() const { return size_ > sizeof inline_ ? heap_ : inline_; }
  std::span<std::byte> span() { return {data(), size_}; }
  std::span<const std::byte> span() const { return {data(), size_}; }

 private:
  void release() {
    if (size_ > sizeof inline_) std::free(heap_);
  }
  void steal(Bytes& other) {
    size_ = std::exchange(other.size_, 0);
    std::memcpy(inline_, other.inline_, sizeof inline_);
  }

  std::size_t size_ = 0;
  union {
    std::byte* heap_;
    std::byte inline_[8] = {};
  };
};

}  // namespace farm
