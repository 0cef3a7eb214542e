#include "hub/published.hpp"

#include <algorithm>
#include <utility>

namespace farm::hub {

// Frames of one task come in order; of two attempts, from two engines, they may not.
void Published::add(const wire::Publish& header, std::span<const std::byte> body) {
  const auto known = items_.find(header.task);
  if (known != items_.end() && known->second.attempt > header.attempt) return;
  Item& item = items_[header.task];
  if (item.attempt != header.attempt) {
    const std::uint64_t before = item.before + item.version;
    bytes_ -= item.bytes;
    item = {};
    item.attempt = header.attempt;
    item.before = before;
  }
  item.version = std::max(item.version, header.version);
  const auto* text = reinterpret_cast<const char*>(body.data());
  bytes_ -= item.bytes;
  if (header.progress) {
    item.has_progress = true;
    item.bytes -= item.progress.text.size();
    item.progress = {header.fraction, std::string(text, body.size())};
    item.bytes += body.size();
  } else {
    Value& value = item.values[std::string(text, header.name_size)];
    const std::span<const std::byte> bytes = body.subspan(header.name_size);
    item.bytes += bytes.size() - value.bytes.size();
    value = {header.version, header.type, Bytes(bytes)};
  }
  bytes_ += item.bytes;
  while (bytes_ > most_bytes_ && items_.size() > 1) {
    const auto oldest = items_.begin();
    erase(oldest->first == header.task ? std::next(oldest) : oldest);
  }
}

detail::PublishedValue Published::value(TaskId task, std::string_view name) const {
  const auto item = items_.find(task);
  if (item == items_.end()) return {};
  const auto found = item->second.values.find(name);
  if (found == item->second.values.end()) return {};
  return {true, found->second.type, Bytes(found->second.bytes.span())};
}

const TaskProgress* Published::progress(TaskId task) const {
  const auto item = items_.find(task);
  return item == items_.end() || !item->second.has_progress ? nullptr : &item->second.progress;
}

std::uint64_t Published::version(TaskId task) const {
  const auto item = items_.find(task);
  return item == items_.end() ? 0 : item->second.before + item->second.version;
}

void Published::forget(TaskId first, std::uint64_t count) {
  const TaskId end{number(first) + count};
  for (auto at = items_.lower_bound(first); at != items_.end() && at->first < end;) erase(at++);
}

void Published::erase(Items::iterator item) {
  bytes_ -= item->second.bytes;
  items_.erase(item);
}

}  // namespace farm::hub
