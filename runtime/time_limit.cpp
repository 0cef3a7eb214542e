#include "time_limit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace farm {

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr double most_seconds = 1e9;

// A number of at least 0 with nothing before or behind it; negative: it is none.
double number(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string::npos) return -1;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return *end == '\0' ? value : -1;
}

}  // namespace

std::optional<std::int64_t> read_duration(const std::string& text) {
  std::string rest = text;
  double seconds = 0;
  const std::size_t dash = rest.find('-');
  if (dash != std::string::npos) {
    seconds = 86400 * number(rest.substr(0, dash));
    rest = rest.substr(dash + 1);
    if (seconds < 0) return std::nullopt;
  }
  std::vector<double> parts;
  for (std::size_t at = 0; at != std::string::npos;) {
    const std::size_t colon = rest.find(':', at);
    parts.push_back(
        number(rest.substr(at, colon == std::string::npos ? std::string::npos : colon - at)));
    if (parts.back() < 0) return std::nullopt;
    at = colon == std::string::npos ? colon : colon + 1;
  }
  // As Slurm has it: what follows days begins with hours.
  if (dash != std::string::npos) parts.resize(std::max<std::size_t>(parts.size(), 3));
  if (parts.size() > 3) return std::nullopt;
  constexpr std::array<double, 3> weights{3600, 60, 1};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    seconds += parts[i] * weights[3 - parts.size() + i];
  }
  return std::llround(std::min(seconds, most_seconds) * static_cast<double>(second_ns));
}

std::optional<std::int64_t> scheduled_limit(std::int64_t civil_s) {
  if (const char* end = std::getenv("SLURM_JOB_END_TIME")) {
    const double at = number(end);
    if (at > 0 && at < 1e12) {
      return std::max<std::int64_t>(std::llround(at) - civil_s, 1) * second_ns;
    }
  }
  if (const char* walltime = std::getenv("PBS_WALLTIME")) {
    if (const auto limit = read_duration(walltime); limit && *limit > 0) return limit;
  }
  return std::nullopt;
}

TimeLimit make_time_limit(std::int64_t begin, std::optional<std::int64_t> limit_ns,
                          std::optional<std::int64_t> margin_ns) {
  TimeLimit limit;
  if (margin_ns) limit.patience_ns = *margin_ns;
  if (!limit_ns) return limit;
  const std::int64_t usual =
      std::min(std::clamp(*limit_ns / 20, 5 * second_ns, 300 * second_ns), *limit_ns / 2);
  std::int64_t margin = margin_ns.value_or(usual);
  if (margin >= *limit_ns) {
    limit.margin_cut = true;
    margin = *limit_ns / 2;
  }
  limit.drain_at = begin + *limit_ns - margin;
  // Engines take their time to leave.
  const std::int64_t least = std::min(2 * second_ns, margin / 2);
  limit.end_at = begin + *limit_ns - std::clamp(margin / 4, least, 10 * second_ns);
  return limit;
}

}  // namespace farm
