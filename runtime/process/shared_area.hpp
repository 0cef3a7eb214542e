#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace farm::process {

/// Memory that processes share and that grows: made before they fork apart, mapped by each of them
/// as far as it needs. One of them writes, the others read what it says is there.
class SharedArea {
 public:
  /// `capacity` is shared itself. Where the system gives no such memory, usable() is false.
  explicit SharedArea(std::atomic<std::uint64_t>& capacity);
  ~SharedArea();
  SharedArea(const SharedArea&) = delete;
  SharedArea& operator=(const SharedArea&) = delete;

  bool usable() const { return file_ >= 0; }
  /// The first `size` bytes, to be written: what stood there before stays. Throws std::bad_alloc.
  /// Bytes that an earlier call has returned may have moved.
  std::span<std::byte> room(std::size_t size);
  /// At most the first `size` bytes: as far as somebody has made room. Throws std::bad_alloc.
  std::span<const std::byte> read(std::size_t size);
  /// Gives the memory back, but not the room, if the first `size` bytes take much of it. For the
  /// one who knows that nobody needs them any more; whoever writes there again asks for room again.
  void forget(std::size_t size);

 private:
  static constexpr std::size_t least = std::size_t{64} << 10;
  static constexpr std::size_t much = std::size_t{16} << 20;

  void map(std::size_t size);

  std::atomic<std::uint64_t>* capacity_;
  int file_ = -1;
  std::byte* base_ = nullptr;
  std::size_t mapped_ = 0;
  std::size_t taken_ = 0;  // bytes of which this process knows that the memory is there
};

}  // namespace farm::process
