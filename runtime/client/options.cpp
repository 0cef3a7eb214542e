#include <stdexcept>
#include <string>

#include "farm/with.hpp"

namespace farm {

namespace {

constexpr Seconds century{100.0 * 365.25 * 24 * 3600};

template <class Value>
void set(Value& value, const std::optional<Value>& change) {
  if (change) value = *change;
}

template <class Number>
void refuse(const std::string& sentence, Number number) {
  std::string text = std::to_string(number);
  if constexpr (std::is_floating_point_v<Number>) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  throw std::invalid_argument(sentence + ", not " + text);
}

void check_counts(TaskOptions& options) {
  if (options.chunk.is_count() && options.chunk.count() < 1) {
    throw std::invalid_argument("a chunk holds at least 1 item, not " +
                                std::to_string(options.chunk.count()) +
                                "; farm::automatic sizes it from the measured run time");
  }
  // Counts of items in a frame have 32 bits.
  constexpr std::int64_t most = std::int64_t{1} << 31;
  if (options.chunk.is_count() && options.chunk.count() > most) {
    options.chunk = most;
  }
  if (!options.hwm.is_automatic() && options.hwm.count() < 0) {
    refuse("the high-water mark is 0 (no limit) or more", options.hwm.count());
  }
  if (options.retries < 0) refuse("a task is tried again 0 times or more", options.retries);
  if (options.ranks < 1) refuse("a task runs on at least 1 rank", options.ranks);
  if (!(options.weight > 0)) refuse("the weight of a view is above 0", options.weight);
}

// A limit that nobody lives to see is none.
void check_limit(const char* name, std::optional<Seconds>& limit) {
  if (!limit) return;
  if (!(*limit >= Seconds{0})) {
    refuse("the " + std::string(name) + " of a task is 0 s or more", limit->count());
  }
  if (*limit > century) limit.reset();
}

}  // namespace

TaskOptions amend(TaskOptions options, const With& changes) {
  set(options.chunk, changes.chunk);
  set(options.hwm, changes.hwm);
  set(options.ordered, changes.ordered);
  set(options.affinity, changes.affinity);
  set(options.needs, changes.needs);
  set(options.scheme, changes.scheme);
  set(options.order, changes.order);
  set(options.priority, changes.priority);
  set(options.weight, changes.weight);
  set(options.retries, changes.retries);
  set(options.backoff, changes.backoff);
  if (changes.timeout) options.timeout = changes.timeout;
  if (changes.run_limit) options.run_limit = changes.run_limit;
  set(options.ranks, changes.ranks);
  set(options.one_host, changes.one_host);
  set(options.isolate, changes.isolate);
  set(options.label, changes.label);
  check_counts(options);
  check_limit("timeout", options.timeout);
  check_limit("run limit", options.run_limit);
  if (!(options.backoff >= Seconds{0})) {
    refuse("the pause before a task is tried again is 0 s or more", options.backoff.count());
  }
  return options;
}

}  // namespace farm
