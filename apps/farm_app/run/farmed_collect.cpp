// The way of a command at the hub: from the farm into the ledger.

#include "farm_app/run/farmed.hpp"
#include "farm_app/run/given_up.hpp"
#include "farm_app/run/steady_seconds.hpp"

namespace app {

std::string failure_of(const Ending& ending) {
  std::string text = ending.command + ": ";
  if (!ending.problem.empty()) return text + ending.problem;
  if (ending.signal != 0) return text + "ended by signal " + std::to_string(ending.signal);
  return text + "exit status " + std::to_string(ending.status);
}

// Takes what has ended; waits for the first of them only.
void CommandRun::collect(double patience) {
  if (queue_.empty()) return sleep_seconds(patience);
  for (auto result = queue_.next(farm::Seconds{patience}); result;
       result = queue_.next(farm::Seconds{0})) {
    const auto found = started_.find(result->info().id);
    settle(found->second);
    started_.erase(found);
  }
}

void CommandRun::settle(Started& started) {
  const auto outcome = started.result.outcome();
  const std::uint64_t task = number(outcome.info().id);
  Ending ending;
  try {
    ending = outcome.value();
  } catch (const farm::TaskAborted&) {
    ledger_.printer().ended(task);
    cut_short_ = true;
    return;
  } catch (const farm::Interrupted&) {
    ledger_.printer().ended(task);
    cut_short_ = true;
    return;
  } catch (const farm::EngineError& error) {
    // No engine is left that could run it. It has not failed: a resume by the log shall run it.
    ledger_.printer().ended(task);
    if (!broken_) ledger_.say(std::string("farm_app run: ") + error.what() + '\n');
    broken_ = ended_ = cut_short_ = true;
    return;
  } catch (const std::exception& error) {
    ending = given_up(started.seq, started.command, outcome.info(), error.what(), civil_seconds());
    ledger_.say("farm_app run: command " + std::to_string(started.seq) + ": " + error.what() +
                '\n');
  }
  if (ending.cause != Cause::not_started) seconds_.add(ending.seconds);
  if (ending.good()) limit_.learn(ending.seconds);
  ledger_.add(task, ending);
  if (halt_.after(ending, ledger_.totals()) == HaltDecision::now) stop_all();
}

// What ends the run before its source does.
void CommandRun::heed() {
  const bool halted = halt_.decision() != HaltDecision::go_on;
  if (halted && !ended_) ended_ = cut_short_ = true;
  heed_output();
  if (drain_.stop_requested() && !drained_) {
    drained_ = steady_seconds();
    if (!ended_) cut_short_ = true;
    ended_ = true;
  }
  // What had been handed out comes back as aborted, and is not done.
  if ((drained_ || halted || (ended_ && cut_short_)) && !cancelled_) {
    cancelled_ = true;
    for (const auto& [task, started] : started_) started.result.cancel();
  }
  if (drained_ && steady_seconds() - *drained_ > settings_->drain && !stopped_) stop_all();
}

void CommandRun::heed_output() {
  const std::string problem = ledger_.problem();
  if (problem.empty() || broken_) return;
  ledger_.say("farm_app run: " + problem + (ended_ ? "\n" : ": nothing more is started\n"));
  broken_ = ended_ = cut_short_ = true;
}

void CommandRun::stop_all() {
  ended_ = cut_short_ = stopped_ = cancelled_ = true;
  for (const auto& [task, started] : started_) started.result.stop();
}

int CommandRun::status() const {
  if (broken_ || perengine_failed_ || (barred_ && ledger_.totals().failed == 0)) return other_error;
  if (drained_ && cut_short_) return farm::drained_status;
  return exit_status(ledger_.totals(), halt_);
}

}  // namespace app
