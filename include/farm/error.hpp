#pragma once

#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "farm/types.hpp"

namespace farm {

/// The root of everything that the farm throws by itself. Wrong calls throw std::invalid_argument
/// or std::out_of_range, as everywhere in C++.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A wait with a limit ran out of time. What was waited for goes on and can be waited for again.
class TimeoutError : public Error {
 public:
  using Error::Error;
};

/// A call needs engines and its target set holds none.
class NoEngines : public Error {
 public:
  using Error::Error;
};

/// The task was cancelled before it started.
class TaskAborted : public Error {
 public:
  using Error::Error;
};

/// The task ran out of a time that its view gives it: it waited too long in the queue (`timeout`),
/// or its kernel ran too long (`run_limit`).
class TaskTimeout : public Error {
 public:
  using Error::Error;
};

/// The kernel gave up because somebody asked it to stop.
class Interrupted : public Error {
 public:
  using Error::Error;
};

/// A dependency names a task that does not exist, or contradicts itself. Thrown by the call.
class InvalidDependency : public Error {
 public:
  using Error::Error;
};

/// The task can never run: what it waits for ended in another way than it needs, or no engine may
/// run it. what() names the chain of tasks down to the cause.
class ImpossibleDependency : public Error {
 public:
  using Error::Error;
};

/// The executor's initializer failed on an engine; neither pending nor later tasks can run.
class BrokenExecutor : public Error {
 public:
  using Error::Error;
};

/// An engine is gone: it has died, was cut off, or did not come back and was given up. what() names
/// the engine, its host and the cause.
class EngineError : public Error {
 public:
  using Error::Error;
};

/// The kernel ended its sandbox: by a signal, by exit(), or for want of memory. what() names the
/// signal or the status.
class TaskCrashed : public Error {
 public:
  using Error::Error;
};

/// The task has ended so many engines or sandboxes (--farm-crashes) that it is not tried again.
/// what() lists what it caused.
class TaskPoisoned : public TaskCrashed {
 public:
  using TaskCrashed::TaskCrashed;
};

/// What went wrong on an engine, and where.
struct Failure {
  std::string kernel;   ///< the kernel's name, as in the source where the compiler knows it
  EngineId engine;      ///< the engine that ran it
  std::string host;     ///< the engine's host
  int attempt = 1;      ///< counted from 1
  std::string type;     ///< the C++ type of the exception, "unknown" if it was no std::exception
  std::string message;  ///< its what()
};

/// An exception that a kernel threw, or an argument or result that could not be packed. what()
/// names the kernel, the engine, the host, the exception's type and its message.
class RemoteError : public Error {
 public:
  explicit RemoteError(Failure failure);

  const std::string& kernel() const { return failure_.kernel; }
  EngineId engine() const { return failure_.engine; }
  const std::string& host() const { return failure_.host; }
  int attempt() const { return failure_.attempt; }
  const std::string& type() const { return failure_.type; }
  const std::string& message() const { return failure_.message; }

 private:
  Failure failure_;
};

/// Several tasks of one call failed. Entries are in task order, for direct calls in engine order.
class CompositeError : public Error {
 public:
  /// One failed item: its position in the call and the exception that its own handle would throw.
  struct Entry {
    std::size_t index = 0;
    std::exception_ptr error;
    std::string text;
  };

  /// `total` is the number of failures; `entries` may hold fewer where a map had very many.
  CompositeError(std::vector<Entry> entries, std::size_t total, std::size_t of);

  std::size_t size() const { return total_; }
  const std::vector<Entry>& entries() const { return entries_; }
  /// Throws entry i's own exception; std::out_of_range if there is none.
  [[noreturn]] void rethrow(std::size_t i) const;
  /// The failures, at most `limit` of them, and how many more there are.
  std::string format(std::size_t limit) const;

 private:
  std::vector<Entry> entries_;
  std::size_t total_;
  std::size_t of_;
};

}  // namespace farm
