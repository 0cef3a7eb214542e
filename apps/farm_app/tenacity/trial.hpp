#pragma once
// A task of farm_app tenacity: what goes in, what comes out, and how to tell that it is right.

#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <cstdint>
#include <farm/farm.hpp>
#include <string>
#include <vector>

#include "farm_app/tenacity/fate.hpp"

namespace app {

using Words = std::vector<std::uint64_t>;

/// What all tasks of a run have in common; the same at each start of a job, for the journal.
struct TrialTerms {
  std::uint64_t seed = 1;
  double seconds = 0.01;           ///< mean of what a task sleeps
  std::uint64_t result_bytes = 0;  ///< what it returns beside its check
  std::string log;                 ///< the diary; empty: none

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& seed& seconds& result_bytes& log;
  }
};

struct Trial {
  std::uint64_t index = 0;
  Fate fate = Fate::well;
  int attempts = 0;
  Words input;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& index& fate& attempts& input;
  }
};

struct Finding {
  std::uint64_t check = 0;
  int attempt = 0;
  Words output;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& check& attempt& output;
  }
};

/// Task `index`, with `bytes` bytes of input (whole words of 8).
Trial make_trial(std::uint64_t seed, std::uint64_t index, const Odds& odds, std::uint64_t bytes);

/// Whether this is what the task returns.
bool is_right(const TrialTerms& terms, const Trial& trial, const Finding& finding);

namespace tenacity_kernels {

/// Sleeps, and misbehaves at the first attempts. A task that hangs does not listen.
Finding attempt(farm::Engine& here, const TrialTerms& terms, const Trial& trial);

}  // namespace tenacity_kernels

}  // namespace app
