#include "process/output_log.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

namespace farm::process {

namespace {

// Less than this is not worth a system call to give it back.
constexpr std::uint64_t small = std::uint64_t{1} << 20;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// False if not all could be written, for want of memory.
bool write_at(int file, std::span<const std::byte> bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const ssize_t n = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  return true;
}

bool read_at(int file, std::span<std::byte> bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const ssize_t n = pread(file, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  return true;
}

}  // namespace

// `written` moves when a record is complete: one that was begun by a process that died does not
// count.
struct OutputLog::Shared {
  pthread_mutex_t mutex;
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> taken{0};
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<std::uint64_t> task{no_task};
  std::atomic<bool> attended{false};
};

OutputLog::OutputLog() {
  memory_ = memfd_create("farm-output", MFD_CLOEXEC);
  if (memory_ < 0) fail("no memory for the output of kernels");
  void* room =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) {
    close(memory_);
    fail("no memory for the output of kernels");
  }
  shared_ = new (room) Shared;
  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&shared_->mutex, &kind);
  pthread_mutexattr_destroy(&kind);
}

// Others may still use the mutex.
OutputLog::~OutputLog() {
  munmap(shared_, sizeof(Shared));
  close(memory_);
}

OutputLog::Lock::Lock(OutputLog& log) : log_(&log) {
  if (pthread_mutex_lock(&log.shared_->mutex) == EOWNERDEAD) {
    pthread_mutex_consistent(&log.shared_->mutex);
  }
}

OutputLog::Lock::~Lock() { pthread_mutex_unlock(&log_->shared_->mutex); }

void OutputLog::set_task(std::uint64_t task) {
  shared_->task.store(task, std::memory_order_relaxed);
}

std::uint64_t OutputLog::task() const { return shared_->task.load(std::memory_order_relaxed); }

void OutputLog::append(std::uint32_t stream, std::span<const std::byte> bytes) {
  const OutputRecord record{task(), static_cast<std::uint32_t>(bytes.size()), stream};
  const std::uint64_t at = shared_->written.load(std::memory_order_relaxed);
  if (waiting() + bytes.size() > most_waiting ||
      !write_at(memory_, std::as_bytes(std::span(&record, 1)), at) ||
      !write_at(memory_, bytes, at + sizeof record)) {
    shared_->dropped.fetch_add(bytes.size(), std::memory_order_relaxed);
    return;
  }
  shared_->written.store(at + sizeof record + bytes.size(), std::memory_order_release);
}

std::uint64_t OutputLog::waiting() const {
  const std::uint64_t taken = shared_->taken.load(std::memory_order_relaxed);
  const std::uint64_t written = shared_->written.load(std::memory_order_acquire);
  // They are set back one after the other.
  return written < taken ? 0 : written - taken;
}

void OutputLog::take(std::vector<std::byte>& into, std::size_t most) {
  const Lock lock(*this);
  const std::uint64_t written = shared_->written.load(std::memory_order_relaxed);
  std::uint64_t taken = shared_->taken.load(std::memory_order_relaxed);
  std::size_t took = 0;
  while (taken < written) {
    OutputRecord record;
    if (!read_at(memory_, std::as_writable_bytes(std::span(&record, 1)), taken)) break;
    const std::size_t size = sizeof record + record.size;
    if (took != 0 && took + size > most) break;
    into.resize(into.size() + size);
    if (!read_at(memory_, std::span(into).last(size), taken)) break;
    taken += size;
    took += size;
  }
  shared_->taken.store(taken, std::memory_order_relaxed);
  give_memory_back();
}

void OutputLog::give_memory_back() {
  const std::uint64_t taken = shared_->taken.load(std::memory_order_relaxed);
  if (taken == shared_->written.load(std::memory_order_relaxed)) {
    if (taken > small) (void)!ftruncate(memory_, 0);
    shared_->written.store(0, std::memory_order_relaxed);
    shared_->taken.store(0, std::memory_order_relaxed);
  } else if (taken > small) {
    fallocate(memory_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(taken));
  }
}

void OutputLog::attend() { shared_->attended = true; }

bool OutputLog::attended() const { return shared_->attended; }

std::uint64_t OutputLog::take_dropped() {
  return shared_->dropped.exchange(0, std::memory_order_relaxed);
}

}  // namespace farm::process
