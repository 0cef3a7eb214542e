#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "farm_app/run/ending.hpp"
#include "farm_app/run/joblog_file.hpp"
#include "farm_app/run/printer.hpp"
#include "farm_app/run/progress.hpp"
#include "farm_app/run/report_file.hpp"
#include "farm_app/run/settings.hpp"
#include "farm_app/run/totals.hpp"

namespace app {

/// Where all goes that is known of the commands of a run: their output, the log, the table, the
/// totals and the line on the terminal.
class Ledger {
 public:
  /// Throws std::runtime_error if a file cannot be written to.
  explicit Ledger(const RunSettings& settings);

  /// From any thread, see Printer.
  Printer& printer() { return printer_; }
  RunTotals& totals() { return totals_; }
  const RunTotals& totals() const { return totals_; }

  /// A command that printer() expects has ended for good, and its task with it: its line in the log
  /// comes when all of its output has been written, so that what the log has need not run again.
  void add(std::uint64_t task, Ending ending);
  /// Commands whose output waits for that of others.
  std::size_t waiting() const { return waiting_.size(); }
  /// Writes what is due, and the progress. `running` and `now` as for Progress.
  void flush(std::uint64_t running, double now);
  /// Says something on stderr, beside the progress.
  void say(const std::string& text);
  /// What is left to be written. Throws std::runtime_error.
  void close(double now);
  /// What went wrong with the output; empty: nothing.
  std::string problem() const { return printer_.problem(); }

 private:
  void record();
  void show(const std::string& text);

  Printer printer_;
  std::optional<JoblogFile> joblog_;
  std::optional<ReportFile> table_;
  Progress progress_;
  RunTotals totals_;
  std::unordered_map<std::uint64_t, Ending> waiting_;  // to be recorded, by task
};

}  // namespace app
