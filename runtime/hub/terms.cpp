#include "hub/terms.hpp"

#include "farm/error.hpp"

namespace farm::hub {

std::uint16_t TermsTable::number_of(const Terms& terms) {
  if (const auto found = numbers_.find(terms); found != numbers_.end()) return found->second;
  if (terms_.size() > 0xffff) {
    throw Error(
        "more than 65535 different combinations of retries, backoff, timeout, run_limit and "
        "requirement in one run: round the times that you compute for them");
  }
  const auto number = static_cast<std::uint16_t>(terms_.size());
  terms_.push_back(terms);
  numbers_.emplace(terms, number);
  return number;
}

std::int64_t nanoseconds(Seconds length) {
  constexpr double century = 3.2e18;
  return static_cast<std::int64_t>(std::clamp(length.count() * 1e9, 0.0, century));
}

bool plain(const detail::Route& route) {
  const TaskOptions& options = route.options;
  return options.retries == 0 && !options.timeout && !options.run_limit &&
         options.order == Order::submission && options.isolate == Isolation::none &&
         route.requirement == nullptr;
}

Terms terms_of(const TaskOptions& options) {
  Terms terms;
  terms.retries = options.retries;
  terms.backoff = nanoseconds(options.backoff);
  // A limit of no length is still one.
  if (options.timeout) terms.timeout = std::max<std::int64_t>(nanoseconds(*options.timeout), 1);
  if (options.run_limit) terms.limit = std::max<std::int64_t>(nanoseconds(*options.run_limit), 1);
  terms.learns = options.order == Order::longest_first;
  terms.isolated = options.isolate == Isolation::sandbox && options.ranks == 1;
  return terms;
}

}  // namespace farm::hub
