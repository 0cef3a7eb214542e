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

/// Brings a job to its end before its time limit, or when a signal says so. Nothing is handed out
/// any more; then
///  - a driver that heeds Client::drain_requests() comes to its own end: at the time limit, what
///  has
///    not been handed out has been cancelled for it;
///  - under any other driver the job ends when what runs has ended, with status 0.
/// Where that takes too long, what still runs is stopped, and the job ends in the same way. If
/// something is left that another job could do, the file that FARM_UNFINISHED names says so.
class Draining {
 public:
  /// `leave` ends the process with status 0; `told`: the engines have been told to leave.
  Draining(hub::Monitor& monitor, detail::Drain& drain, const TimeLimit& limit,
           records::Journal* journal, std::function<void(bool told)> leave);
  ~Draining() { stop(); }
  Draining(const Draining&) = delete;
  Draining& operator=(const Draining&) = delete;

  /// A signal asks for it, as often as it likes.
  void begin(const std::string& signal);
  /// Whether it has begun, for whatever reason.
  bool begun() const;
  /// The driver has come to its end with this status, or none, and so has what it left: the job
  /// ends in its own way. Does not return if it is just being ended in this one.
  void retire(std::optional<int> status, const hub::Totals& totals);

 private:
  void watch();
  void stop();
  void start(bool by_limit, std::unique_lock<std::mutex>& lock);
  bool due(std::unique_lock<std::mutex>& lock);
  void end();
  void mark(const std::string& what) const;

  hub::Monitor* monitor_;
  detail::Drain* drain_;
  TimeLimit limit_;
  records::Journal* journal_;
  std::function<void(bool)> leave_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string signal_;  // the last one; empty: none
  std::string cause_;   // of the drain; empty: it has not begun
  bool heeded_ = false;
  bool at_limit_ = false;  // whether the time limit has been met
  std::int64_t end_at_ = TimeLimit::never;
  std::uint64_t cancelled_before_ = 0;
  bool retired_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace farm
