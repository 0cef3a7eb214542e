#include "draining.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include "farm/run.hpp"
#include "time/clock.hpp"
#include "time/wait.hpp"

namespace farm {

namespace {

// How often a drain is looked at.
constexpr std::int64_t look_ns = 20'000'000;
// And whether there is anything left that would end before the time limit.
constexpr std::int64_t look_ahead_ns = 500'000'000;
constexpr std::int64_t patience_ns = 200'000'000;
// For what runs to stop, and the engines to leave.
constexpr std::int64_t stop_ns = 1'000'000'000;
constexpr std::int64_t long_ns = 3'600'000'000'000;

constexpr int failed_status = 1;

}  // namespace

std::string counts(const hub::Totals& totals) {
  std::ostringstream text;
  text << totals.done << " of " << totals.submitted << " tasks done";
  if (totals.failed != 0) text << ", " << totals.failed << " failed";
  if (totals.aborted != 0) text << ", " << totals.aborted << " cancelled";
  text << ", " << totals.running << " on engines, " << totals.outstanding() - totals.running
       << " queued";
  return text.str();
}

// Not if another thread is just using it, and nothing else: stdin may be locked by a driver that
// reads.
void flush_stdout() {
  if (ftrylockfile(stdout) != 0) return;
  std::fflush(stdout);
  funlockfile(stdout);
}

Draining::Draining(hub::Monitor& monitor, detail::Drain& drain, const TimeLimit& limit,
                   records::Journal* journal, std::string unfinished, Leave leave)
    : monitor_(&monitor),
      drain_(&drain),
      limit_(limit),
      journal_(journal),
      unfinished_(std::move(unfinished)),
      leave_(std::move(leave)) {
  // Of an earlier job; what is no plain file, such as /dev/stderr, stays.
  std::error_code none;
  if (std::filesystem::is_regular_file(unfinished_, none)) {
    std::filesystem::remove(unfinished_, none);
  }
  if (limit_.set()) monitor_->finish_by(limit_.drain_at);
  thread_ = std::thread([this] { watch(); });
}

void Draining::stop() {
  {
    const std::lock_guard lock(mutex_);
    retired_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Draining::begin(const std::string& signal) {
  const std::lock_guard lock(mutex_);
  signal_ = signal;
  if (cause_.empty() || (returned_ && heeded_)) asked_ = true;
  changed_.notify_all();
}

bool Draining::begun() const {
  const std::lock_guard lock(mutex_);
  return !cause_.empty();
}

bool Draining::returned() {
  const std::lock_guard lock(mutex_);
  returned_ = true;
  return !cause_.empty() && drain_->heeded();
}

std::optional<int> Draining::retire(std::optional<int> status) {
  {
    std::unique_lock lock(mutex_);
    // The other thread ends the process.
    changed_.wait(lock, [this] { return !ending_; });
    retired_ = true;
  }
  stop();
  if (!status || cause_.empty() || !drain_->heeded()) return status;
  const std::optional<hub::Totals> totals = monitor_->totals_within(stop_ns);
  if (!totals || (*status == 0 && totals->aborted <= cancelled_before_)) return status;
  const bool said = mark(std::to_string(totals->done) + " of " + std::to_string(totals->submitted) +
                         " tasks done, status " + std::to_string(*status) + ", after " + cause_);
  return said || *status != 0 ? *status : failed_status;
}

void Draining::watch() {
  std::unique_lock lock(mutex_);
  while (!retired_) {
    const std::int64_t now = time::Clock::now();
    if (!at_limit_ && (now >= limit_.drain_at || in_vain(lock))) start(true, lock);
    if (asked_) start(false, lock);
    if (retired_) return;
    if (due(lock) && !retired_) {
      ending_ = true;
      lock.unlock();
      return end();
    }
    std::int64_t pause = std::min(at_limit_ ? end_at_ : limit_.drain_at, now + long_ns) - now;
    if (limit_.set() && !at_limit_) pause = std::min(pause, look_ahead_ns);
    if (!cause_.empty()) pause = look_ns;
    time::wait(changed_, lock, std::max<std::int64_t>(pause, 0),
               [this] { return retired_ || asked_; });
  }
}

// Whether everybody waits, up to the time limit, for what would end after it.
bool Draining::in_vain(std::unique_lock<std::mutex>& lock) {
  if (!limit_.set() || !cause_.empty()) return false;
  lock.unlock();
  const bool answer = monitor_->waits_in_vain(look_ns);
  lock.lock();
  return answer && !retired_;
}

// The hub is asked without the lock: who holds it may be about to end.
void Draining::start(bool by_limit, std::unique_lock<std::mutex>& lock) {
  const bool first = cause_.empty();
  if (first) cause_ = by_limit ? "time limit" : signal_;
  if (by_limit) at_limit_ = true;
  asked_ = false;
  heeded_ = drain_->ask() && !returned_;
  end_at_ = std::min(end_at_, limit_.end_at);
  if (!heeded_ && !at_limit_) {
    end_at_ = std::min(end_at_, time::Clock::now() + limit_.patience_ns);
  }
  lock.unlock();
  const std::optional<hub::Totals> totals = monitor_->totals_within(patience_ns);
  try {
    if (!heeded_) {
      monitor_->hold();
    } else if (by_limit) {
      monitor_->let_go();
    }
  } catch (const std::exception&) {
    // The farm is broken, and whoever waits for it hears of that.
  }
  if (journal_ != nullptr) journal_->flush();
  if (by_limit) {
    const bool near = time::Clock::now() >= limit_.drain_at;
    std::cerr << std::string("farm: drains, ") +
                     (near ? "the time limit is near"
                           : "nothing that is left would end before the time limit") +
                     (totals ? ": " + counts(*totals) : "") + '\n'
              << std::flush;
  }
  lock.lock();
  if (first && totals) cancelled_before_ = totals->aborted;
}

bool Draining::due(std::unique_lock<std::mutex>& lock) {
  if (cause_.empty()) return false;
  if (!heeded_ && heeds()) free_driver(lock);
  if (time::Clock::now() >= end_at_) return true;
  if (heeded_) return false;
  lock.unlock();
  const std::optional<hub::Totals> totals = monitor_->totals_within(look_ns);
  lock.lock();
  // A driver that waits for nothing may come to its end by itself.
  return totals && totals->running == 0 && totals->outstanding() != 0 && !heeds();
}

// It has begun to heed after it was asked to.
void Draining::free_driver(std::unique_lock<std::mutex>& lock) {
  heeded_ = true;
  end_at_ = limit_.end_at;
  const bool cancels = at_limit_;
  lock.unlock();
  try {
    if (cancels) {
      monitor_->let_go();
    } else {
      monitor_->reopen();
    }
  } catch (const std::exception&) {
    // As in start().
  }
  lock.lock();
}

void Draining::end() {
  const bool heeded = drain_->heeded();
  bool goes_on = false;
  {
    const std::lock_guard lock(mutex_);
    goes_on = !returned_;
  }
  int status = heeded ? drained_status : failed_status;
  monitor_->end(
      stop_ns,
      [&](const hub::Totals& totals, std::uint64_t outstanding) {
        if (journal_ != nullptr) journal_->flush();
        std::ostringstream words;
        words << totals.done << " of " << totals.submitted << " tasks done";
        const bool said = mark(words.str() + ", at " + cause_);
        if (said && !heeded) status = 0;
        if (heeded && goes_on) {
          words << ", and the driver has not come to its end";
        } else if (outstanding == 0) {
          words << ", and the driver goes on";
        }
        // One that heeds may keep its own account.
        if (!heeded) {
          words << (journal_ != nullptr
                        ? "; the journal " + journal_->file() + " has them; start again to go on"
                        : "; no journal has them (--farm-journal)");
        }
        flush_stdout();
        std::cerr << "farm: " + cause_ + ": " + words.str() + '\n' << std::flush;
      },
      [&](bool told) { leave_(told, status); });
}

// False: what is to be said there cannot be.
bool Draining::mark(const std::string& what) const {
  if (unfinished_.empty()) return true;
  std::ofstream file(unfinished_);
  file << what << '\n' << std::flush;
  if (file) return true;
  std::cerr << "farm: " + unfinished_ + ", which FARM_UNFINISHED names, cannot be written\n";
  return false;
}

}  // namespace farm
