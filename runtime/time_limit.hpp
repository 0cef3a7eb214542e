#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace farm {

/// When a job must have come to its end, by time::Clock::now().
struct TimeLimit {
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  std::int64_t drain_at = never;  ///< from then on nothing is handed out any more
  std::int64_t end_at = never;    ///< and now there is just the time to leave
  /// How long a drain may take that a signal asks for.
  std::int64_t patience_ns = 20'000'000'000;
  bool margin_cut = false;  ///< it was not shorter than the limit

  bool set() const { return drain_at != never; }
};

/// Reads "90", "1.5", "30:00", "2:30:00" or "1-12:00:00" (days), as ns. None: it is no time.
std::optional<std::int64_t> read_duration(const std::string& text);

/// How many ns are left of the job by what its scheduler has put into the environment, if that is
/// known: Slurm's SLURM_JOB_END_TIME, PBS_WALLTIME. `civil_s`: seconds since 1970.
std::optional<std::int64_t> scheduled_limit(std::int64_t civil_s);

/// The limit of a job that began at `begin` and may run for `limit_ns`; none: for ever. Without a
/// margin it is 5 % of the limit, at least 5 s, at most 300 s and half of it. One that is not
/// shorter than the limit is cut to half of it.
TimeLimit make_time_limit(std::int64_t begin, std::optional<std::int64_t> limit_ns,
                          std::optional<std::int64_t> margin_ns);

}  // namespace farm
