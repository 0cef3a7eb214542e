// Jobs of the lines of a task file.

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <deque>
#include <optional>
#include <utility>

#include "farm_app/run/job_maker.hpp"
#include "farm_app/run/permutation.hpp"
#include "farm_app/run/replacement.hpp"
#include "farm_app/run/task_file.hpp"

namespace app {

namespace {

// Of a block that is shuffled, before somebody may look whether the run shall end.
constexpr std::size_t steps_at_a_time = 50'000;

// A word that is another one for another job: what the batch system calls it, where there is one.
std::string job_id() {
  for (const char* variable : {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID"}) {
    const char* id = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
    if (id != nullptr && *id != '\0') return id;
  }
  return std::to_string(std::time(nullptr)) + "_" + std::to_string(::getpid());
}

Next::Kind kind_of(TaskStep::Kind kind) {
  switch (kind) {
    case TaskStep::Kind::command:
      break;
    case TaskStep::Kind::barrier:
      return Next::Kind::barrier;
    case TaskStep::Kind::barrier_check:
      return Next::Kind::barrier_check;
    case TaskStep::Kind::engine_start:
      return Next::Kind::engine_start;
    case TaskStep::Kind::engine_stop:
      return Next::Kind::engine_stop;
  }
  return Next::Kind::job;
}

class JobsOfLines final : public JobMaker {
 public:
  explicit JobsOfLines(const RunSettings& settings)
      : file_(settings.source.task_file),
        rules_{settings.source.delimiter, false, settings.source.follow},
        tasks_(file_, rules_, job_id()),
        tag_(settings.tagstring.empty() ? "{}" : settings.tagstring, {}, false),
        tagged_(settings.tag) {
    if (settings.source.shuffle) seed_ = settings.source.seed;
  }

  Next next(double patience) override {
    if (seed_ && left_ == 0 && !behind_ && !read_block(patience)) return {Next::Kind::not_yet, {}};
    if (left_ > 0) {
      const std::uint64_t index = (*order_)(--left_);
      return made(std::move(block_[index]), begin_ + index + 1);
    }
    if (behind_) return *std::exchange(behind_, std::nullopt);
    return read(patience);
  }

  std::optional<std::uint64_t> total(const std::stop_token& stop) const override {
    if (!tasks_.regular() || rules_.follow || file_ == "-") return std::nullopt;
    TaskFile again(file_, rules_, "");
    std::uint64_t commands = 0;
    TaskStep step;
    for (Pull pull; (pull = again.next(step, 0)) != Pull::end;) {
      if (stop.stop_requested()) return std::nullopt;
      if (pull != Pull::got) continue;
      if (step.kind == TaskStep::Kind::command) commands += 1 + again.skip_repetitions();
    }
    return commands;
  }

  const std::vector<std::string>& names() const override { return names_; }

 private:
  Next read(double patience) {
    TaskStep step;
    const Pull pull = tasks_.next(step, patience);
    if (pull != Pull::got) return {pull == Pull::end ? Next::Kind::end : Next::Kind::not_yet, {}};
    return made(std::move(step), 0);
  }

  // `seq`: of a command that was shuffled; else 0, and it gets the next one.
  Next made(TaskStep step, std::uint64_t seq) {
    Next next{kind_of(step.kind), {}};
    if (next.kind == Next::Kind::barrier || next.kind == Next::Kind::barrier_check) return next;
    Job& job = next.job;
    if (next.kind == Next::Kind::job) job.seq = seq > 0 ? seq : ++jobs_;
    if (next.kind == Next::Kind::engine_start) job.seq = ++starts_;
    if (next.kind == Next::Kind::engine_stop) job.seq = ++stops_;
    if (tagged_) job.tag = tag_.fill({step.command}, job.seq);
    job.command.parts.push_back(std::move(step.command));
    job.environment = std::move(step.environment);
    return next;
  }

  // What lies between two barriers is shuffled. A step is all that is kept of a command, for there
  // may be millions of them. False: there is more to be read.
  bool read_block(double patience) {
    if (!std::exchange(reads_, true)) {
      block_.clear();
      begin_ = jobs_;
    }
    for (std::size_t i = 0; !behind_; ++i) {
      TaskStep step;
      if (i == steps_at_a_time) return false;
      const Pull pull = tasks_.next(step, patience);
      if (pull == Pull::not_yet) return false;
      if (pull == Pull::end) {
        behind_ = Next{};
      } else if (step.kind != TaskStep::Kind::command) {
        behind_ = made(std::move(step), 0);
      } else {
        block_.push_back(std::move(step));
      }
    }
    reads_ = false;
    left_ = block_.size();
    jobs_ += left_;
    order_.emplace(left_, *seed_, blocks_++);
    return true;
  }

  std::string file_;
  RecordReader::Rules rules_;
  TaskFile tasks_;
  Replacement tag_;
  bool tagged_;
  std::optional<std::uint64_t> seed_;
  bool reads_ = false;                // the block is not whole
  std::deque<TaskStep> block_;        // commands that are shuffled
  std::optional<Permutation> order_;  // of them
  std::uint64_t begin_ = 0;           // commands before them
  std::uint64_t left_ = 0;            // of them
  std::optional<Next> behind_;        // what ended the block
  std::uint64_t blocks_ = 0;
  std::vector<std::string> names_;
  std::uint64_t jobs_ = 0, starts_ = 0, stops_ = 0;
};

}  // namespace

std::unique_ptr<JobMaker> jobs_of_lines(const RunSettings& settings) {
  return std::make_unique<JobsOfLines>(settings);
}

}  // namespace app
