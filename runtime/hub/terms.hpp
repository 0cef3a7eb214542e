#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "farm/detail/session.hpp"

namespace farm::hub {

/// What holds for the tasks of a view beyond where and when they start. Times in ns.
struct Terms {
  int retries = 0;
  std::int64_t backoff = 0;
  std::int64_t timeout = 0;     ///< in the queue; 0: none
  std::int64_t limit = 0;       ///< of a run; 0: none
  std::uint32_t condition = 0;  ///< that an engine must meet; 0: none
  bool learns = false;          ///< whether costs are remembered by input
  std::uint32_t depth = 0;      ///< levels of tasks above them
  bool isolated = false;        ///< whether they run in a sandbox
  std::uint32_t profile = 0;    ///< the options that they were submitted with; 0: the run's own

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a pointer in the 0 behind <=>.
  auto operator<=>(const Terms&) const = default;

  /// The pause before the attempt that follows this one.
  std::int64_t pause_after(std::uint32_t attempt) const {
    constexpr std::uint32_t most_doublings = 20;
    constexpr std::int64_t longest = std::int64_t{24} * 3600 * 1'000'000'000;
    const std::uint32_t doublings = std::min(attempt - 1, most_doublings);
    return std::min(backoff, longest >> doublings) << doublings;
  }
};

/// Terms by number: a batch carries two bytes. Number 0 is that of options which ask for nothing.
class TermsTable {
 public:
  /// Throws farm::Error when there are more than 65,535 different ones in a run.
  std::uint16_t number_of(const Terms& terms);
  const Terms& operator[](std::uint16_t number) const { return terms_[number]; }

 private:
  std::vector<Terms> terms_{Terms()};
  std::map<Terms, std::uint16_t> numbers_{{Terms(), 0}};
};

/// ns of a length of time, at most a century.
std::int64_t nanoseconds(Seconds length);

/// Whether the options ask for none of what Terms hold.
bool plain(const detail::Route& route);
/// Without the condition, whose number somebody else gives.
Terms terms_of(const TaskOptions& options);

}  // namespace farm::hub
