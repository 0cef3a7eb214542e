#pragma once

#include <cstdint>
#include <future>
#include <optional>
#include <stop_token>

#include "farm_app/run/jobs.hpp"

namespace app {

/// Counts jobs by a thread of its own while they are made, since a file of millions of lines takes
/// a while. Ends at once when it is destroyed.
class Counting {
 public:
  /// `jobs` must outlive this.
  explicit Counting(const Jobs& jobs);
  ~Counting() { stop_.request_stop(); }
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

  /// Whether it has come to its end; waits for that for at most `patience` seconds.
  bool ended(double patience);
  /// What Jobs::total() says; to be asked once, when it has ended. An error in the source is for
  /// Jobs::next() to say: none.
  std::optional<std::uint64_t> total();

 private:
  std::stop_source stop_;
  std::future<std::optional<std::uint64_t>> total_;  // its destructor waits
};

}  // namespace app
