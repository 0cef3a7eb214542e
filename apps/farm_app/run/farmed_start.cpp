// The way of a command at the hub: how one starts, and how those start that are for each engine.

#include <utility>

#include "farm_app/run/farmed.hpp"
#include "farm_app/run/kernel_execute.hpp"
#include "farm_app/run/kernel_gang.hpp"
#include "farm_app/run/steady_seconds.hpp"

namespace app {

namespace {

// A command that takes longer does not notice the way to the next one.
constexpr double long_seconds = 0.02;
// One that takes less may be over before the hub has its turn.
constexpr double short_seconds = 0.002;
// The first command waits so long for the number of all.
constexpr double counting_patience = 0.2;

}  // namespace

void CommandRun::learn_total(double patience) {
  if (!counting_ || !counting_->ended(patience)) return;
  ledger_.totals().all = counting_->total();
  counting_.reset();
  if (halt_.look(ledger_.totals()) == HaltDecision::now) stop_all();
}

void CommandRun::start(Job&& job) {
  if (started_in_all_++ == 0 && jobs_ && !resume_) {
    counting_.emplace(*jobs_);
    learn_total(counting_patience);
  }
  Order order{job.seq,
              job.command,
              job.input.has_value(),
              job.input.value_or(""),
              std::move(job.files),
              std::move(job.environment),
              limit_.seconds()};
  const auto result = submit(next_view(), order);
  last_start_ = steady_seconds();
  const farm::TaskId task = result.info().id;
  ledger_.printer().expect(number(task), job.tag.with(0));
  queue_.add(result);
  started_.emplace(task, Started{job.seq, std::move(job.command), result});
}

const farm::LoadBalancedView& CommandRun::next_view() const {
  if (settings_->delay > 0 || limit_.relative()) return careful_;
  const std::optional<double> usual = seconds_.value();
  if (!usual) return brisk_;
  return *usual < short_seconds ? swift_ : *usual < long_seconds ? brisk_ : careful_;
}

farm::AsyncResult<Ending> CommandRun::submit(const farm::LoadBalancedView& view,
                                             const Order& order) const {
  if (settings_->terms.cores > 1) {
    return view.apply(farm::bind(farm::kernel<&run_kernels::execute_gang>, terms_), order);
  }
  return view.apply(farm::bind(farm::kernel<&run_kernels::execute>, terms_), order);
}

// PERENGINE of disBatch. Nothing else runs meanwhile; only what fails is said. These commands have
// no number among the others, and so no file or folder of that; and they wait for no memory, which
// an engine may not have.
void CommandRun::run_on_each_engine(const Job& job, const char* when) {
  Terms terms = terms_;
  terms.memory_free = 0;
  terms.results.clear();
  terms.task_directory.clear();
  std::vector<farm::AsyncResult<Ending>> results;
  const Order order{job.seq, job.command, false, "", {}, job.environment, 0};
  for (const farm::EngineId engine : client_->ids()) {
    const auto view = client_->load_balanced({engine}).with({.label = "run"});
    results.push_back(view.apply(farm::bind(farm::kernel<&run_kernels::execute>, terms), order));
    ledger_.printer().expect(number(results.back().info().id));
  }
  for (const auto& result : results) {
    std::string failure;
    try {
      const Ending ending = await(result);
      if (!ending.good()) failure = failure_of(ending);
    } catch (const std::exception& error) {
      failure = error.what();
    }
    ledger_.printer().ended(number(result.info().id));
    if (failure.empty()) continue;
    ledger_.say(std::string("farm_app run: PERENGINE ") + when + ": " + failure + '\n');
    perengine_failed_ = true;
  }
  if (perengine_failed_ && !ended_) ended_ = cut_short_ = true;
}

// Meanwhile it may be told to end.
Ending CommandRun::await(const farm::AsyncResult<Ending>& result) {
  while (!result.wait(farm::Seconds{between_looks})) {
    heed();
    ledger_.flush(1, steady_seconds());
    if (drained_ && steady_seconds() - *drained_ > settings_->drain) result.stop();
  }
  return result.get();
}

}  // namespace app
