#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "farm/detail/drain.hpp"
#include "hub/monitor.hpp"
#include "records/journal.hpp"
#include "time_limit.hpp"

namespace farm {

/// "10 of 110 tasks done, 2 failed, 3 on engines, 95 queued"
std::string counts(const hub::Totals& totals);

/// Writes out what the driver has printed, unless another thread is just printing.
void flush_stdout();

/// Brings a job to its end before its time limit, or when a signal says so; before the limit, too,
/// if the driver waits for what would all end after it. Nothing is handed out any more; then
///  - a driver that heeds Client::drain_requests(), early or late, comes to its own end: at the
///    time limit, what has not been handed out has been cancelled for it;
///  - under any other driver, and after one that has returned, the job ends when what runs has
///    ended.
/// Where that takes too long, what still runs is stopped, and the job ends in the same way: with
/// status 102 if the driver heeds, otherwise 0. If something is left that another job could do, the
/// file `unfinished` (FARM_UNFINISHED) says so; where it cannot be written, 0 becomes 1.
class Draining {
 public:
  using Leave = std::function<void(bool told, int status)>;

  /// `leave` ends the process; `told`: the engines have been told to leave. A file `unfinished` is
  /// removed; empty: there is none.
  Draining(hub::Monitor& monitor, detail::Drain& drain, const TimeLimit& limit,
           records::Journal* journal, std::string unfinished, Leave leave);
  ~Draining() { stop(); }
  Draining(const Draining&) = delete;
  Draining& operator=(const Draining&) = delete;

  /// A signal asks for it, as often as it likes.
  void begin(const std::string& signal);
  /// Whether it has begun, for whatever reason.
  bool begun() const;
  /// The driver has returned, and may have left tasks: from now on it heeds nothing. Returns
  /// whether it had been asked to, and did.
  bool returned();
  /// What the driver has left has come to its end, too, after it had returned this status, or none:
  /// the job ends in its own way, with the status that this returns. Does not return if it is just
  /// being ended in this one.
  std::optional<int> retire(std::optional<int> status);

 private:
  void watch();
  void stop();
  bool in_vain(std::unique_lock<std::mutex>& lock);
  void start(bool by_limit, std::unique_lock<std::mutex>& lock);
  bool due(std::unique_lock<std::mutex>& lock);
  bool heeds() const { return drain_->heeded() && !returned_; }
  void free_driver(std::unique_lock<std::mutex>& lock);
  void end();
  bool mark(const std::string& what) const;

  hub::Monitor* monitor_;
  detail::Drain* drain_;
  TimeLimit limit_;
  records::Journal* journal_;
  std::string unfinished_;
  Leave leave_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string signal_;     // the last one
  bool asked_ = false;     // by a signal that has not been looked at
  std::string cause_;      // of the drain; empty: it has not begun
  bool heeded_ = false;    // whether it is left to the driver
  bool returned_ = false;  // the driver has
  bool at_limit_ = false;  // whether the time limit has been met
  std::int64_t end_at_ = TimeLimit::never;
  std::uint64_t cancelled_before_ = 0;
  bool retired_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace farm
