#pragma once
// --halt: when a run ends before its last command, and with what exit status.

#include <cstdint>
#include <optional>
#include <string>

#include "farm_app/run/ending.hpp"
#include "farm_app/run/totals.hpp"

namespace app {

/// WHEN,WHY=N or WHEN,WHY=N% as in GNU parallel.
struct HaltRule {
  enum class When : std::uint8_t { never, soon, now };
  enum class Why : std::uint8_t { fail, success, done };

  When when = When::never;
  Why why = Why::fail;
  std::uint64_t count = 0;  ///< so many commands ...
  double percent = 0;       ///< ... or, if above 0, this share of all
};

/// Reads "never", "now,fail=1", "soon,success=3", "soon,done=50%", and GNU parallel's short forms
/// "0", "1", "2", "-1", "-2" and "30%". Throws UsageError, which names --halt.
HaltRule parse_halt(const std::string& text);

/// What the driver does next.
enum class HaltDecision : std::uint8_t {
  go_on,
  soon,  ///< starts nothing more, and waits for what is running
  now,   ///< kills what is running
};

/// Watches over a run. Not thread-safe.
class Halt {
 public:
  explicit Halt(const HaltRule& rule) : rule_(rule) {}

  /// To be asked after each command, with the totals that hold it already. Once it has not been
  /// go_on it stays as it is, and so does status(). A share of all is not judged before
  /// `totals.all` is known.
  HaltDecision after(const Ending& ending, const RunTotals& totals);

  /// The same where no command ended: `totals.all` is known now, or a command was lost.
  HaltDecision look(const RunTotals& totals);

  HaltDecision decision() const { return decision_; }

  /// The exit status of a run that was halted: 0 for WHY success; the status of the command itself
  /// (128 + its signal) for fail=1 and done=1; the percentage that has failed, rounded up, for
  /// shares; else how many have failed, 101 at most. What ends after the decision does not count.
  /// None: the run was not halted.
  std::optional<int> status() const { return status_; }

 private:
  bool reached(const RunTotals& totals) const;
  int status_now(const Ending* last, const RunTotals& totals) const;
  HaltDecision judge(const Ending* last, const RunTotals& totals);

  HaltRule rule_;
  HaltDecision decision_ = HaltDecision::go_on;
  std::optional<int> status_;
};

/// The exit status of a run: that of `halt` if it has ended the run; else how many have failed, 101
/// for more than 100. 255 (any other error) is the caller's to say.
int exit_status(const RunTotals& totals, const Halt& halt);

/// The exit status of one command as a shell has it: 128 + signal for one that a signal has ended;
/// never 0 for one that failed.
int shell_status(const Ending& ending);

}  // namespace app
