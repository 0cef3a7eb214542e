#pragma once

#include <string>

#include "farm_app/run/median.hpp"

namespace app {

/// --timeout: nothing, seconds, or a percentage of the median run time so far.
class TimeLimit {
 public:
  TimeLimit() = default;
  /// A duration of more than nothing (durations.hpp), or "200%". Throws UsageError, which names
  /// --timeout. Empty: no limit.
  explicit TimeLimit(const std::string& text);

  /// A command ran for so long and was good: what failed early or was cut short says nothing about
  /// how long the others take.
  void learn(double seconds) { median_.add(seconds); }

  /// The limit of a command that starts now, in seconds; 0: none. A percentage sets no limit before
  /// three commands have been learnt from.
  double seconds() const;

  bool relative() const { return percent_ > 0; }
  /// Whether it sets no limit only because it has not learnt enough.
  bool learns() const { return relative() && seconds() == 0; }

 private:
  double fixed_ = 0;
  double percent_ = 0;
  StreamingMedian median_;
};

}  // namespace app
