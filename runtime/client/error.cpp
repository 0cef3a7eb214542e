#include "farm/error.hpp"

#include <algorithm>
#include <utility>

namespace farm {

namespace {

constexpr std::size_t shown_by_what = 4;

std::string describe(const Failure& failure) {
  std::string text = failure.kernel + " failed on engine " + std::to_string(failure.engine.rank()) +
                     " (" + failure.host;
  if (failure.attempt > 1) text += ", attempt " + std::to_string(failure.attempt);
  return text + "): " + failure.type + ": " + failure.message;
}

std::string summary(const std::vector<CompositeError::Entry>& entries, std::size_t total,
                    std::size_t of, std::size_t limit) {
  std::string text = std::to_string(total) + " of " + std::to_string(of) + " tasks failed";
  const std::size_t shown = std::min(limit, entries.size());
  for (std::size_t i = 0; i < shown; ++i) {
    text += "\n  [" + std::to_string(entries[i].index) + "] " + entries[i].text;
  }
  if (total > shown) text += "\n  ... " + std::to_string(total - shown) + " more exceptions";
  return text;
}

}  // namespace

RemoteError::RemoteError(Failure failure)
    : Error(describe(failure)), failure_(std::move(failure)) {}

CompositeError::CompositeError(std::vector<Entry> entries, std::size_t total, std::size_t of)
    : Error(summary(entries, total, of, shown_by_what)),
      entries_(std::move(entries)),
      total_(total),
      of_(of) {}

void CompositeError::rethrow(std::size_t i) const { std::rethrow_exception(entries_.at(i).error); }

std::string CompositeError::format(std::size_t limit) const {
  return summary(entries_, total_, of_, limit);
}

}  // namespace farm
