#pragma once

#include <farm/farm.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "farm_app/run/counting.hpp"
#include "farm_app/run/ending.hpp"
#include "farm_app/run/halt.hpp"
#include "farm_app/run/jobs.hpp"
#include "farm_app/run/ledger.hpp"
#include "farm_app/run/median.hpp"
#include "farm_app/run/resume.hpp"
#include "farm_app/run/settings.hpp"
#include "farm_app/run/time_limit.hpp"

namespace app {

/// The exit status of a run in which anything but a command has failed.
inline constexpr int other_error = 255;

/// What became of a command that failed, for people.
std::string failure_of(const Ending& ending);

/// The driver of farm_app run: hands commands to the farm, a bounded number at a time, and what
/// comes of them to the ledger.
class CommandRun {
 public:
  CommandRun(farm::Client& client, const RunSettings& settings);
  ~CommandRun();
  CommandRun(const CommandRun&) = delete;
  CommandRun& operator=(const CommandRun&) = delete;

  /// Returns the exit status of the job, when all that it has started has ended.
  int run();

 private:
  // For so many seconds nobody looks whether somebody wants the run to end.
  static constexpr double between_looks = 0.1;

  // A command that the farm has.
  struct Started {
    std::uint64_t seq = 0;
    SlottedText command;
    farm::AsyncResult<Ending> result;
  };

  Next next(double patience);
  bool wanted(const Job& job);
  void fill();
  void learn_total(double patience);
  bool has_room() const;
  double seconds_to_next_start() const;
  double seconds_to_next_look() const;
  void obey(Next&& step);
  void start(Job&& job);
  const farm::LoadBalancedView& next_view() const;
  farm::AsyncResult<Ending> submit(const farm::LoadBalancedView& view, const Order& order) const;
  void run_on_each_engine(const Job& job, const char* when);
  Ending await(const farm::AsyncResult<Ending>& result);

  void collect(double patience);
  void settle(Started& started);
  void heed();
  void heed_output();
  void stop_all();
  int status() const;

  farm::Client* client_;
  const RunSettings* settings_;
  Terms terms_;
  int engines_;                         // at the start
  std::vector<farm::EngineId> places_;  // that commands run on; empty: all
  Halt halt_;
  TimeLimit limit_;
  std::optional<Resume> resume_;
  std::optional<Jobs> jobs_;  // none: --retry-failed, which has the log
  std::optional<Counting> counting_;
  Ledger ledger_;            // last: it begins a new log
  StreamingMedian seconds_;  // that commands take
  std::stop_token drain_;
  farm::LoadBalancedView swift_;    // for commands of a millisecond: engines hold many in advance
  farm::LoadBalancedView brisk_;    // for those of some more: they hold some
  farm::LoadBalancedView careful_;  // for others: engines hold none, so that none starts unasked

  farm::Completions<Ending> queue_;
  std::unordered_map<farm::TaskId, Started> started_;
  std::optional<Next> ahead_;   // read, and not due yet
  std::vector<Job> farewells_;  // to be run on each engine in the end
  bool read_on_ = false;        // it has stopped reading only to look at other things
  bool ended_ = false;          // the source has nothing more, or nothing more shall start
  bool barrier_ = false;
  bool barrier_checks_ = false;
  std::uint64_t failed_before_barrier_ = 0;
  bool skipped_failure_ = false;  // since the last barrier
  double last_start_ = 0;
  std::uint64_t started_in_all_ = 0;
  std::optional<double> drained_;  // when it was told to come to its end
  bool cut_short_ = false;         // something of the source has not run
  bool cancelled_ = false;         // what has not left the hub was taken back
  bool stopped_ = false;           // what runs was told to stop
  bool broken_ = false;            // output cannot be written, or no engine is left
  bool perengine_failed_ = false;
  bool barred_ = false;  // what a barrier wants to be good is not
};

}  // namespace app
