#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace farm::process {

/// Begins each part of a log: so many bytes that this task wrote to this stream.
struct OutputRecord {
  std::uint64_t task = 0;
  std::uint32_t size = 0;    ///< of what follows
  std::uint32_t stream = 1;  ///< 1: stdout; 2: stderr
};

/// The task of what no task wrote.
inline constexpr std::uint64_t no_task = ~std::uint64_t{0};

/// A queue of output in memory that a process shares with all that it forks: what one of them has
/// appended is there for the others when it dies. Any of them may call any of these, from any
/// thread; those that hold the lock for each other wait for no longer than a copy takes, and a
/// process that dies with it leaves no trace.
class OutputLog {
 public:
  /// What is appended while so many bytes wait is dropped.
  static constexpr std::uint64_t most_waiting = std::uint64_t{256} << 20;

  /// Throws std::system_error.
  OutputLog();
  ~OutputLog();
  OutputLog(const OutputLog&) = delete;
  OutputLog& operator=(const OutputLog&) = delete;

  /// Holds the lock while it lives.
  class Lock {
   public:
    explicit Lock(OutputLog& log);
    ~Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    OutputLog* log_;
  };

  // With the lock held.

  /// Whose output is appended from now on.
  void set_task(std::uint64_t task);
  void append(std::uint32_t stream, std::span<const std::byte> bytes);

  // Without.

  std::uint64_t task() const;
  /// Bytes that wait, with their records.
  std::uint64_t waiting() const;
  /// Takes whole records off the front and appends them to `into`: at most so many bytes, but one
  /// record if there is any.
  void take(std::vector<std::byte>& into, std::size_t most);
  /// Bytes that were dropped since this was asked last.
  std::uint64_t take_dropped();
  /// Somebody takes what is appended; known to all.
  void attend();
  bool attended() const;

 private:
  struct Shared;

  void give_memory_back();

  Shared* shared_;
  int memory_;
};

}  // namespace farm::process
