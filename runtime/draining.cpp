#include "draining.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include "time/clock.hpp"
#include "time/wait.hpp"

namespace farm {

namespace {

// How often a drain is looked at.
constexpr std::int64_t look_ns = 20'000'000;
constexpr std::int64_t patience_ns = 200'000'000;
// For what runs to stop, and the engines to leave.
constexpr std::int64_t stop_ns = 1'000'000'000;
constexpr std::int64_t long_ns = 3'600'000'000'000;

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
                   records::Journal* journal, std::function<void(bool)> leave)
    : monitor_(&monitor),
      drain_(&drain),
      limit_(limit),
      journal_(journal),
      leave_(std::move(leave)) {
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
  changed_.notify_all();
}

bool Draining::begun() const {
  const std::lock_guard lock(mutex_);
  return !cause_.empty();
}

void Draining::retire(std::optional<int> status, const hub::Totals& totals) {
  std::unique_lock lock(mutex_);
  // The other thread ends the process.
  changed_.wait(lock, [this] { return !ending_; });
  retired_ = true;
  const bool left = status && (*status != 0 || totals.aborted > cancelled_before_);
  if (!cause_.empty() && heeded_ && left) {
    mark(std::to_string(totals.done) + " of " + std::to_string(totals.submitted) +
         " tasks done, status " + std::to_string(*status) + ", after " + cause_);
  }
  lock.unlock();
  stop();
}

void Draining::watch() {
  std::unique_lock lock(mutex_);
  while (!retired_) {
    const std::int64_t now = time::Clock::now();
    if (!at_limit_ && now >= limit_.drain_at) start(true, lock);
    if (cause_.empty() && !signal_.empty()) start(false, lock);
    if (retired_) return;
    if (due(lock) && !retired_) {
      ending_ = true;
      lock.unlock();
      return end();
    }
    std::int64_t pause = std::min(at_limit_ ? end_at_ : limit_.drain_at, now + long_ns) - now;
    if (!cause_.empty()) pause = look_ns;
    time::wait(changed_, lock, std::max<std::int64_t>(pause, 0),
               [this] { return retired_ || (cause_.empty() && !signal_.empty()); });
  }
}

// The hub is asked without the lock: who holds it may be about to end.
void Draining::start(bool by_limit, std::unique_lock<std::mutex>& lock) {
  const bool first = cause_.empty();
  if (first) cause_ = by_limit ? "time limit" : signal_;
  if (by_limit) at_limit_ = true;
  heeded_ = drain_->ask();
  end_at_ = std::min(end_at_, limit_.end_at);
  if (!heeded_ && !at_limit_) {
    end_at_ = std::min(end_at_, time::Clock::now() + limit_.patience_ns);
  }
  lock.unlock();
  const std::optional<hub::Totals> totals = monitor_->totals_within(patience_ns);
  if (first && totals) cancelled_before_ = totals->aborted;
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
    std::cerr << "farm: drains, the time limit is near" + (totals ? ": " + counts(*totals) : "") +
                     '\n'
              << std::flush;
  }
  lock.lock();
}

bool Draining::due(std::unique_lock<std::mutex>& lock) {
  if (cause_.empty()) return false;
  if (time::Clock::now() >= end_at_) return true;
  if (heeded_) return false;
  lock.unlock();
  const std::optional<hub::Totals> totals = monitor_->totals_within(look_ns);
  lock.lock();
  // A driver that waits for nothing may come to its end by itself.
  return totals && totals->running == 0 && totals->outstanding() != 0;
}

void Draining::end() {
  monitor_->end(
      stop_ns,
      [this](const hub::Totals& totals) {
        if (journal_ != nullptr) journal_->flush();
        std::ostringstream words;
        words << totals.done << " of " << totals.submitted << " tasks done";
        mark(words.str() + ", at " + cause_);
        if (totals.outstanding() == 0) words << ", and the driver goes on";
        words << (journal_ != nullptr
                      ? "; the journal " + journal_->file() + " has them; start again to go on"
                      : "; no journal has them (--farm-journal)");
        flush_stdout();
        std::cerr << "farm: " + cause_ + ": " + words.str() + '\n' << std::flush;
      },
      [this](bool told) { leave_(told); });
}

void Draining::mark(const std::string& what) const {
  const char* name = std::getenv("FARM_UNFINISHED");
  if (name == nullptr || *name == '\0') return;
  std::ofstream file(name);
  file << what << '\n' << std::flush;
  if (!file) {
    std::cerr << "farm: " << name << ", which FARM_UNFINISHED names, cannot be written\n";
  }
}

}  // namespace farm
