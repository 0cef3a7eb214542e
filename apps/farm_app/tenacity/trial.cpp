#include "farm_app/tenacity/trial.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "farm_app/tenacity/diary.hpp"
#include "farm_app/tenacity/draws.hpp"

namespace app {

namespace {

Words words_of(std::uint64_t seed, std::uint64_t bytes) {
  Words words(bytes / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = draw(seed, i);
  return words;
}

std::uint64_t check_of(const TrialTerms& terms, const Trial& trial) {
  const std::uint64_t sum =
      std::accumulate(trial.input.begin(), trial.input.end(), std::uint64_t{0});
  return draw(terms.seed + sum, trial.index);
}

Words output_of(const TrialTerms& terms, const Trial& trial) {
  return words_of(check_of(terms, trial), terms.result_bytes);
}

[[noreturn]] void crash(std::uint64_t index) {
  switch (index % 4) {
    case 0:
      std::raise(SIGSEGV);
      break;
    case 1:
      std::abort();
    case 2:
      ::_exit(3);
    default:
      std::raise(SIGKILL);
  }
  std::abort();
}

}  // namespace

Trial make_trial(std::uint64_t seed, std::uint64_t index, const Odds& odds, std::uint64_t bytes) {
  const Destiny destiny = destiny_of(seed, index, odds);
  return {index, destiny.fate, destiny.attempts, words_of(seed ^ index, bytes)};
}

bool is_right(const TrialTerms& terms, const Trial& trial, const Finding& finding) {
  return finding.check == check_of(terms, trial) && finding.output == output_of(terms, trial);
}

namespace tenacity_kernels {

Finding attempt(farm::Engine& here, const TrialTerms& terms, const Trial& trial) {
  const auto note_event = [&](const char* event) {
    note(terms.log,
         {event, static_cast<std::int64_t>(trial.index), here.attempt(), here.id().rank()});
  };
  note_event("begin");
  const double share =
      draw_share(terms.seed + static_cast<std::uint64_t>(here.attempt()), trial.index);
  std::this_thread::sleep_for(std::chrono::duration<double>(2 * share * terms.seconds));
  if (here.attempt() <= trial.attempts) {
    if (trial.fate == Fate::throws) {
      throw std::runtime_error("task " + std::to_string(trial.index) + " throws, as it was told");
    }
    if (trial.fate == Fate::crashes) crash(trial.index);
    if (trial.fate == Fate::hangs) {
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
  }
  note_event("end");
  return {check_of(terms, trial), here.attempt(), output_of(terms, trial)};
}

}  // namespace tenacity_kernels

}  // namespace app
