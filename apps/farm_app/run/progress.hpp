#pragma once
// --bar, --eta and --progress: a line about a run that goes on.

#include <cstdint>
#include <string>

#include "farm_app/run/totals.hpp"

namespace app {

struct ProgressOptions {
  bool bar = false;
  bool eta = false;
  bool progress = false;  ///< how many run and are done
  bool terminal = false;  ///< the line is written over itself; else there is a line now and then
  int width = 80;         ///< of the terminal
};

/// Makes the text that the caller writes to standard error. Times are seconds by any clock.
class Progress {
 public:
  explicit Progress(const ProgressOptions& options) : options_(options) {}

  /// The text to be written at this time; empty: nothing new. At most 10 times a second on a
  /// terminal; else at most once in 10 s, and only when something has ended since.
  std::string text(const RunTotals& totals, std::uint64_t running, double now);

  /// Before anything else is written to the same terminal: clears the line.
  std::string clear();

  /// The last state, whatever the time.
  std::string last(const RunTotals& totals, double now);

 private:
  bool wanted() const { return options_.bar || options_.eta || options_.progress; }
  std::string line(const RunTotals& totals, std::uint64_t running, double now) const;
  std::string framed(const std::string& line);

  ProgressOptions options_;
  double begin_ = -1;
  double last_time_ = 0;
  std::uint64_t last_done_ = 0;
  bool shown_ = false;
};

/// Seconds until the last command has ended, if it goes on as so far; below 0: not known.
double time_left(const RunTotals& totals, double elapsed);

/// "12 s", "3:05", "2:03:05", "4 d 02:03".
std::string clock_text(double seconds);

}  // namespace app
