#include "farm_app/run/print_queue.hpp"

#include <algorithm>

namespace app {

using Mode = PrinterOptions::Mode;

namespace {

constexpr std::size_t most_at_once = std::size_t{256} << 10;

}  // namespace

void PrintQueue::expect(std::uint64_t key, std::string tag) {
  const auto at = entries_.try_emplace(key).first;
  last_expected_ = std::max(last_expected_, key);
  any_expected_ = true;
  at->second.expected = true;
  if (options_.tag) at->second.tag = std::move(tag) + '\t';
  if (at->second.streams || at->second.ended) look_at(at);
}

void PrintQueue::add(std::uint64_t key, int attempt, std::size_t stream, std::string_view text) {
  const auto at = find(key);
  if (at == entries_.end()) return;
  Entry& entry = at->second;
  if (entry.ended || attempt < entry.attempt) return;
  if (attempt > entry.attempt) supersede(entry, attempt);
  if (!entry.streams) entry.streams = std::make_unique<std::array<Stream, 2>>();
  Spool& spool = entry.streams->at(stream).spool;
  spool.append(text, options_.most_each, store_);
  if (allowed(entry, spool) > 0) look_at(at);
}

void PrintQueue::ended(std::uint64_t key, int attempt) {
  const auto at = find(key);
  if (at == entries_.end()) return;
  if (attempt > at->second.attempt) supersede(at->second, attempt);
  at->second.ended = true;
  look_at(at);
}

PrintQueue::Turn PrintQueue::next() {
  while (!queue_.empty()) {
    const auto at = queue_.front();
    Entry& entry = at->second;
    for (std::size_t i = 0; entry.streams && i < entry.streams->size(); ++i) {
      Stream& stream = entry.streams->at(i);
      if (stream.due == 0) continue;
      const std::size_t before = stream.spool.size();
      Turn turn{&entry, i, stream.spool.take(std::min(stream.due, most_at_once))};
      stream.due -= before - stream.spool.size();
      entry.served = entry.written = true;
      return turn;
    }
    if (!start_turn(entry)) {
      leave(at);
    } else if (std::exchange(entry.served, false)) {
      // More has come meanwhile, but others have waited for longer.
      std::rotate(queue_.begin(), queue_.begin() + 1, queue_.end());
    }
  }
  return {};
}

// The end: it has ended, and what comes is late.
PrintQueue::Entries::iterator PrintQueue::find(std::uint64_t key) {
  const auto entry = entries_.find(key);
  if (entry != entries_.end() || (any_expected_ && key <= last_expected_)) return entry;
  return entries_.try_emplace(key).first;
}

void PrintQueue::look_at(Entries::iterator entry) {
  if (entry->second.queued || !entry->second.expected) return;
  if (options_.keep_order && entry != entries_.begin()) return;
  entry->second.queued = true;
  queue_.push_back(entry);
}

// Bytes that may go out now.
std::size_t PrintQueue::allowed(const Entry& entry, const Spool& spool) const {
  if (entry.ended || options_.mode == Mode::ungroup) return spool.size();
  return options_.mode == Mode::lines ? spool.whole() : 0;
}

// Another attempt speaks from now on.
void PrintQueue::supersede(Entry& entry, int attempt) {
  entry.attempt = attempt;
  if (!entry.streams) return;
  for (Stream& stream : *entry.streams) {
    Spool& spool = stream.spool;
    if (!entry.written) {
      spool.clear(store_);
      stream.due = 0;
    } else if (options_.mode == Mode::lines && spool.size() > spool.whole()) {
      spool.append("\n", options_.most_each, store_);
    }
  }
}

bool PrintQueue::start_turn(Entry& entry) const {
  if (!entry.streams) return false;
  std::size_t due = 0;
  for (Stream& stream : *entry.streams) due += stream.due = allowed(entry, stream.spool);
  return due > 0;
}

void PrintQueue::leave(Entries::iterator entry) {
  queue_.pop_front();
  entry->second.queued = entry->second.served = false;
  if (!entry->second.ended) return;
  gone_.push_back(entry->first);
  entries_.erase(entry);
  if (options_.keep_order && !entries_.empty()) look_at(entries_.begin());
}

}  // namespace app
