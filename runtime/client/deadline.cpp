#include <stdexcept>

#include "farm/detail/session.hpp"

namespace farm::detail {

namespace {

constexpr double ns_per_second = 1e9;
// Beyond it the clock would overflow.
constexpr Seconds century{3e9};

}  // namespace

Deadline deadline_after(const Session& session, std::optional<Seconds> limit) {
  if (!limit) return std::nullopt;
  // Not a number is refused, too.
  if (!(limit->count() >= 0)) throw std::invalid_argument("a time limit must not be negative");
  if (*limit > century) return std::nullopt;
  return session.now() + static_cast<std::int64_t>(limit->count() * ns_per_second);
}

}  // namespace farm::detail
