#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "farm/types.hpp"

namespace farm {

/// Where a kernel runs: passed to every kernel whose first parameter is `farm::Engine&`. Valid
/// during the call; used by the thread that runs the kernel.
class Engine {
 public:
  Engine(EngineId id, std::string host, int engines, std::uint64_t seed)
      : id_(id), host_(std::move(host)), engines_(engines), seed_(seed) {}

  /// The engine's id, which is its MPI rank.
  EngineId id() const { return id_; }
  const std::string& host() const { return host_; }
  /// Number of engines in the job.
  int size() const { return engines_; }
  /// The task that is running.
  TaskId task() const { return task_; }

  /// A random stream that depends on the run's seed and on the task, and not on the engine: the
  /// same program gives the same numbers on any number of engines. The first use in a task seeds it
  /// (2 us); later calls in the same task continue it.
  std::mt19937_64& random();

  /// For the engine's serve loop.
  void begin(TaskId task) {
    task_ = task;
    seeded_ = false;
  }

 private:
  EngineId id_;
  std::string host_;
  int engines_;
  std::uint64_t seed_;
  TaskId task_{};
  bool seeded_ = false;
  std::mt19937_64 stream_;
};

}  // namespace farm
