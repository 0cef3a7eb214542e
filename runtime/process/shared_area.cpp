#include "process/shared_area.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace farm::process {

SharedArea::SharedArea(std::atomic<std::uint64_t>& capacity)
    : capacity_(&capacity), file_(memfd_create("farm", MFD_CLOEXEC)) {}

SharedArea::~SharedArea() {
  if (base_ != nullptr) munmap(base_, mapped_);
  if (file_ >= 0) close(file_);
}

// The memory is taken now, where that can fail, and not when somebody writes, where failure is
// SIGBUS.
std::span<std::byte> SharedArea::room(std::size_t size) {
  const std::uint64_t capacity = capacity_->load(std::memory_order_relaxed);
  if (size > taken_) {
    const std::size_t grown = std::max({size, least, static_cast<std::size_t>(2 * capacity)});
    const std::size_t taken = size > capacity ? grown : std::max(size, least);
    int failed = 0;
    do {
      failed = posix_fallocate(file_, 0, static_cast<off_t>(taken));
    } while (failed == EINTR);
    if (failed != 0) throw std::bad_alloc();
    taken_ = taken;
    if (taken > capacity) capacity_->store(taken, std::memory_order_release);
  }
  map(size);
  return {base_, size};
}

std::span<const std::byte> SharedArea::read(std::size_t size) {
  map(size);
  return {base_, std::min(size, mapped_)};
}

void SharedArea::map(std::size_t size) {
  if (size <= mapped_) return;
  // The file's own size: what stands in shared memory may have been written over by a kernel.
  struct stat file {};
  if (fstat(file_, &file) != 0) throw std::bad_alloc();
  const auto whole = static_cast<std::size_t>(file.st_size);
  if (whole <= mapped_) return;
  void* at = base_ == nullptr ? mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0)
                              : mremap(base_, mapped_, whole, MREMAP_MAYMOVE);
  if (at == MAP_FAILED) throw std::bad_alloc();
  base_ = static_cast<std::byte*>(at);
  mapped_ = whole;
}

void SharedArea::forget(std::size_t size) {
  if (size < much) return;
  taken_ = 0;
  fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size));
}

}  // namespace farm::process
