#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "farm/detail/kernel_entry.hpp"
#include "farm/detail/records_port.hpp"
#include "farm/detail/submission.hpp"
#include "farm/engine_info.hpp"
#include "farm/options.hpp"
#include "farm/outcome.hpp"

namespace farm::detail {

/// How a settled item ended.
enum class Status : std::uint8_t { pending, done, failed, aborted };

/// The part of a batch that handles see: tasks that were submitted together.
struct BatchHeader {
  std::atomic<std::uint32_t> handles{1};  ///< the one that submit returns
  std::uint32_t result_size = 0;          ///< on the wire: 0xffffffff if it depends on the value
  TaskId first{};
  std::uint64_t count = 0;
};

class Spoken;

/// A settled item as stored.
struct Settled {
  Status status = Status::pending;
  std::span<const std::byte> bytes;
  bool bulk = false;  ///< the bytes are in the form of detail/bulk.hpp
};

struct Progress {
  std::uint64_t settled = 0;
  std::uint64_t failed = 0;   ///< with an error of their own
  std::uint64_t aborted = 0;  ///< cancelled before they started
};

struct Spans {
  std::int64_t submitted = 0;  ///< ns of the run's clock
  std::int64_t last_received = 0;
  std::int64_t serial = 0;  ///< sum of run times
};

/// Who may run a callback: any thread that moves the farm, or only one that the user sent into the
/// library (for code of the user's that must not run beside the driver).
enum class RunBy : std::uint8_t { anybody, caller };

using Deadline = std::optional<std::int64_t>;  ///< ns of the run's clock; none: wait for ever

/// The border between what knows types and what knows bytes: the views and handles above, the hub
/// below. Calls may come from any thread of rank 0. Those that wait move the whole farm meanwhile.
class Session {
 public:
  virtual ~Session() = default;

  virtual BatchHeader* submit(Submission&& submission) = 0;
  /// Runs items on the engines that the shares name, beside the queue and in program order. The
  /// shares cover all items, without gaps and in order. `together`: their kernels may talk to each
  /// other.
  virtual BatchHeader* submit_direct(Submission&& submission, std::vector<Share> shares,
                                     bool together) = 0;
  virtual BatchHeader* submit_collective(Collective&& collective) = 0;
  /// A batch that no engine runs: its items are settled by `settle`.
  virtual BatchHeader* promise(std::uint64_t count, std::size_t result_size) = 0;
  virtual void settle(BatchHeader& batch, std::uint64_t i, Settled result,
                      const TaskInfo& info) = 0;
  /// Whether memory that the caller lent to the call is not needed any more.
  virtual bool sent(const BatchHeader& batch) = 0;
  /// Waits for it. False when the deadline passed.
  virtual bool await_sent(const BatchHeader& batch, Deadline deadline) = 0;
  /// The last handle is gone. Waits until lent memory is not needed any more.
  virtual void drop(BatchHeader& batch) noexcept = 0;

  /// Wait until item i, or the whole batch, or k items are settled. False when the deadline passed.
  virtual bool await_item(BatchHeader& batch, std::uint64_t i, Deadline deadline) = 0;
  virtual bool await_settled(BatchHeader& batch, std::uint64_t k, Deadline deadline) = 0;
  /// Waits until `done()`, which is called under the session's lock.
  virtual bool await(const std::function<bool()>& done, Deadline deadline) = 0;
  /// Waits until nothing that was submitted is left.
  virtual bool await_idle(Deadline deadline) = 0;
  /// Moves the farm once without waiting.
  virtual void poll() = 0;

  virtual Progress progress(const BatchHeader& batch) = 0;
  /// The same, only for the condition of an await, which holds the lock.
  virtual Progress peek(const BatchHeader& batch) const = 0;
  virtual Spans spans(const BatchHeader& batch) = 0;
  /// Items [0, n) are settled, for the largest n that is known.
  virtual std::uint64_t settled_prefix(BatchHeader& batch) = 0;
  /// The k-th item in order of completion; only for k < progress.settled.
  virtual std::uint64_t completed(BatchHeader& batch, std::uint64_t k) = 0;
  /// Only for an item that is known to be settled; the bytes live as long as the batch. Looking at
  /// a failure counts as having noticed it.
  virtual Settled read(BatchHeader& batch, std::uint64_t i) = 0;
  /// await_item and read in one; pending when the deadline passed.
  virtual Settled await_read(BatchHeader& batch, std::uint64_t i, Deadline deadline) = 0;
  /// All results side by side, if all items are done and of fixed size.
  virtual std::optional<std::span<const std::byte>> read_all(BatchHeader& batch) = 0;
  virtual TaskInfo info(const BatchHeader& batch, std::uint64_t i) = 0;
  /// Null for a promise.
  virtual const KernelEntry* kernel(const BatchHeader& batch) = 0;

  /// Settles what has not left the hub as aborted; returns how many that were.
  virtual std::uint64_t cancel(BatchHeader& batch) = 0;
  virtual std::uint64_t cancel_share(std::uint32_t share) = 0;
  /// The same of one task. False if it has started, or ended, or there is none.
  virtual bool cancel_task(TaskId task) = 0;
  /// Cancels what has not started and asks what runs to stop; returns how many tasks are asked.
  virtual std::uint64_t stop(BatchHeader& batch) = 0;
  virtual std::uint64_t stop_share(std::uint32_t share) = 0;
  virtual std::uint64_t stop_all() = 0;
  /// Why the task is not running, as sentences. Throws std::out_of_range for an id that was never
  /// given.
  virtual std::string explain(TaskId task) = 0;
  /// ns until the batch ends, as far as its run times are known.
  virtual std::optional<double> time_left(const BatchHeader& batch) = 0;
  /// The same with BrokenExecutor as their error.
  virtual void break_share(std::uint32_t share) = 0;
  /// Calls `f` once when the batch is settled, outside the lock, from a thread that moves the farm.
  /// If the batch is settled already, the next such thread calls it.
  virtual void on_done(BatchHeader& batch, RunBy by, std::function<void()> f) = 0;

  /// Targets must be engines, each once.
  virtual std::shared_ptr<const Route> new_route(
      TaskOptions options, std::uint32_t share, std::uint32_t setup,
      std::shared_ptr<const Requirement> requirement = nullptr) = 0;
  /// What is recorded of the run; null where that is not to be had.
  virtual RecordsPort* records() { return nullptr; }
  virtual std::uint32_t new_share() = 0;
  virtual std::uint32_t new_setup() = 0;
  /// Tasks submitted and not ended, in the whole run.
  virtual std::uint64_t outstanding() = 0;
  /// The options of a view that sets none.
  virtual const TaskOptions& default_options() const = 0;
  /// Those that live, as they are now, in the order of their ids.
  virtual std::shared_ptr<const std::vector<EngineInfo>> engines() const = 0;
  /// Why an engine that has died is gone: "engine 3 (node04) is gone: its process has ended". Empty
  /// for any other.
  virtual std::string obituary(EngineId) { return {}; }
  /// Whether stderr is looked at by a person.
  virtual bool on_terminal() const = 0;
  virtual std::int64_t now() const = 0;
  /// What the tasks have said; null where it is not known, which is in a kernel.
  virtual Spoken* spoken() { return nullptr; }
};

/// The end of a limit that begins now; a limit beyond a century is none. Throws
/// std::invalid_argument if it is negative.
Deadline deadline_after(const Session& session, std::optional<Seconds> limit);

/// A counted reference to a batch.
class BatchRef {
 public:
  BatchRef() = default;
  /// Takes over a batch that is counted for it already.
  BatchRef(Session& session, BatchHeader* batch) : session_(&session), batch_(batch) {}
  BatchRef(const BatchRef& other) : session_(other.session_), batch_(other.batch_) {
    if (batch_ != nullptr) batch_->handles.fetch_add(1, std::memory_order_relaxed);
  }
  BatchRef(BatchRef&& other) noexcept
      : session_(other.session_), batch_(std::exchange(other.batch_, nullptr)) {}
  BatchRef& operator=(BatchRef other) noexcept {
    std::swap(session_, other.session_);
    std::swap(batch_, other.batch_);
    return *this;
  }
  ~BatchRef() {
    if (batch_ != nullptr && batch_->handles.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      session_->drop(*batch_);
    }
  }

  explicit operator bool() const { return batch_ != nullptr; }
  Session& session() const { return *session_; }
  BatchHeader& operator*() const { return *batch_; }
  BatchHeader* operator->() const { return batch_; }

 private:
  Session* session_ = nullptr;
  BatchHeader* batch_ = nullptr;
};

inline bool Dependency::empty() const { return batches.empty() && ids.empty(); }

/// The error of a settled item; null if it has a value.
std::exception_ptr error_of(const BatchRef& batch, std::uint64_t i);
/// A settled item that has a value, or its error thrown.
Settled read_value(const BatchRef& batch, std::uint64_t i);
/// The same of an item that is waited for; throws TimeoutError.
Settled await_value(const BatchRef& batch, std::uint64_t i, Deadline deadline);
/// The exception that is being handled, thrown while the value was unpacked, as the item's error.
[[noreturn]] void throw_unpacking_error(const BatchRef& batch, std::uint64_t i);

}  // namespace farm::detail
