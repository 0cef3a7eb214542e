#include "farm/lazy_map.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <stdexcept>

namespace farm::detail {

namespace {

// An automatic chunk grows while chunks run shorter than this.
constexpr std::int64_t short_run_ns = 100'000;
constexpr std::uint64_t largest_chunk = 512;

std::uint64_t bound(CountOrAutomatic count, std::uint64_t automatic_value, const char* name,
                    std::int64_t least) {
  if (count.is_automatic()) return automatic_value;
  if (count.count() < least) {
    throw std::invalid_argument(std::string(name) + " of a lazy map must be at least " +
                                std::to_string(least) + ", not " + std::to_string(count.count()));
  }
  return static_cast<std::uint64_t>(count.count());
}

// True while it lives.
class Flag {
 public:
  explicit Flag(bool& flag) : flag_(&flag) { *flag_ = true; }
  ~Flag() { *flag_ = false; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

 private:
  bool* flag_;
};

}  // namespace

/// A lazy map at work: batches of one chunk each, submitted as others complete. The lock is held
/// while the input is read, so that it is read by one thread at a time.
class LazyQueue : public std::enable_shared_from_this<LazyQueue> {
 public:
  LazyQueue(Session& session, LazyInput input, const TaskOptions& options, const LazyOptions& lazy,
            std::size_t engines)
      : session_(&session),
        input_(std::move(input)),
        ordered_(options.ordered),
        growing_(options.chunk.is_automatic()),
        chunk_(growing_ ? 1 : static_cast<std::uint64_t>(options.chunk.count())),
        most_outstanding_(bound(lazy.max_outstanding, 2 * engines, "max_outstanding", 0)),
        most_held_(bound(lazy.buffer, most_outstanding_ == 0 ? 0 : 4 * most_outstanding_ + 64,
                         "buffer", 1)) {}

  // Reads and submits as much as the bounds allow.
  void refill() {
    const std::lock_guard lock(mutex_);
    // An input that waits for the farm lets it call us back while it is being read.
    if (refilling_) return;
    const Flag flag(refilling_);
    while (!ended_ && !cancelled_ && below(most_outstanding_, outstanding_) &&
           below(most_held_, held_)) {
      submit_chunk();
    }
  }

  bool at_end() {
    for (;;) {
      refill();
      {
        const std::lock_guard lock(mutex_);
        if (held_ > 0) return false;
        if (input_error_) std::rethrow_exception(std::exchange(input_error_, nullptr));
        if (ended_ || cancelled_) return true;
      }
      // All is consumed, but the farm has not yet said that the last chunks are complete.
      session_->await([this] { return below(most_outstanding_, outstanding_); }, std::nullopt);
    }
  }

  LazyItem current() {
    refill();
    if (ordered_) {
      LazyItem item = front();
      session_->await_item(*item.batch, item.index, std::nullopt);
      return item;
    }
    await_ready();
    return front();
  }

  void advance() {
    // An element that nobody looked at may not be there yet.
    if (!ordered_) await_ready();
    BatchRef consumed;  // let go of outside the lock
    {
      const std::lock_guard lock(mutex_);
      std::deque<BatchRef>& queue = ordered_ ? pending_ : ready_;
      if (++index_ < queue.front()->count) return;
      index_ = 0;
      consumed = std::move(queue.front());
      queue.pop_front();
      --held_;
      if (!ordered_) --ready_count_;
    }
    refill();
  }

  void cancel() {
    // The input is not being read any more when this returns: its owner may destroy it.
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  std::uint64_t submitted() const { return submitted_; }

 private:
  static bool below(std::uint64_t most, std::uint64_t now) { return most == 0 || now < most; }

  // The condition is looked at under the session's lock, where mutex_ must not be taken.
  void await_ready() {
    session_->await([this] { return ready_count_ > 0; }, std::nullopt);
  }

  LazyItem front() {
    const std::lock_guard lock(mutex_);
    return {(ordered_ ? pending_ : ready_).front(), index_};
  }

  // How much is read at once depends on time: what an earlier run has read at once is read so
  // again.
  std::uint64_t items_to_read(Submission& submission) {
    RecordsPort* records = session_->records();
    if (records == nullptr) return chunk_;
    const std::uint32_t share = submission.route->share;
    if (stream_ == 0) stream_ = records->new_stream(share);
    submission.stream = stream_;
    const std::uint64_t recorded = records->recorded_items(share, stream_, chunks_++);
    return recorded != 0 ? recorded : chunk_;
  }

  void submit_chunk() {
    Submission submission = input_.submission();
    const std::uint64_t most = items_to_read(submission);
    Buffer buffer;
    ItemsBuilder items(buffer, submission.item_size);
    try {
      ended_ = !input_.read(items, most);
    } catch (...) {
      input_error_ = std::current_exception();
      ended_ = true;
    }
    if (items.count() == 0) return;
    items.finish();
    submission.count = items.count();
    submission.item_size = items.item_size();
    submission.items = Bytes(std::move(buffer));
    const BatchRef batch(*session_, session_->submit(std::move(submission)));
    submitted_ += batch->count;
    ++outstanding_;
    ++held_;
    if (ordered_) pending_.push_back(batch);
    session_->on_done(*batch, RunBy::anybody,
                      [self = shared_from_this()] { --self->outstanding_; });
    session_->on_done(*batch, RunBy::caller,
                      [self = shared_from_this(), batch] { self->completed(batch); });
  }

  void completed(const BatchRef& batch) {
    {
      const std::lock_guard lock(mutex_);
      if (!ordered_) {
        ready_.push_back(batch);
        ++ready_count_;
      }
      if (growing_ && batch->count >= chunk_ && chunk_ < largest_chunk &&
          session_->spans(*batch).serial < short_run_ns) {
        chunk_ *= 2;
      }
    }
    refill();
  }

  Session* session_;
  LazyInput input_;
  bool ordered_;
  bool growing_;
  std::uint64_t chunk_;
  std::uint32_t stream_ = 0;  // in the journal
  std::uint64_t chunks_ = 0;  // submitted
  std::uint64_t most_outstanding_;
  std::uint64_t most_held_;

  std::recursive_mutex mutex_;
  std::deque<BatchRef> pending_;  // in input order
  std::deque<BatchRef> ready_;    // completed and not consumed, where order does not matter
  std::uint64_t index_ = 0;       // in the front batch
  std::uint64_t held_ = 0;        // batches submitted and not consumed
  bool refilling_ = false;
  std::atomic<std::uint64_t> ready_count_{0};
  std::atomic<std::uint64_t> outstanding_{0};
  std::atomic<std::uint64_t> submitted_{0};
  std::atomic<bool> cancelled_{false};
  bool ended_ = false;
  std::exception_ptr input_error_;
};

std::shared_ptr<LazyQueue> make_lazy_queue(Session& session, LazyInput input,
                                           const TaskOptions& options, const LazyOptions& lazy,
                                           std::size_t engines) {
  auto queue = std::make_shared<LazyQueue>(session, std::move(input), options, lazy, engines);
  queue->refill();
  // Callbacks of tasks under way keep the queue; the user's copies decide how long it reads.
  LazyQueue* raw = queue.get();
  return {raw, [queue = std::move(queue)](LazyQueue*) { queue->cancel(); }};
}

bool at_end(LazyQueue& queue) { return queue.at_end(); }
LazyItem current(LazyQueue& queue) { return queue.current(); }
void advance(LazyQueue& queue) { queue.advance(); }
void cancel(LazyQueue& queue) { queue.cancel(); }
std::uint64_t submitted(const LazyQueue& queue) { return queue.submitted(); }

}  // namespace farm::detail
