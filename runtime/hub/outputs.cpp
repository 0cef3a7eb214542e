#include "hub/outputs.hpp"

#include <algorithm>

namespace farm::hub {

namespace {

// A task that has written more than this is shown before it ends.
constexpr std::size_t most_in_piece = std::size_t{16} << 20;
// Tasks of which anything is known.
constexpr std::size_t most_tasks = 1'000'000;
// A line that is longer is shown in several.
constexpr std::size_t longest_line = std::size_t{64} << 10;

std::string prefix_of(EngineId engine) { return "[engine " + std::to_string(engine.rank()) + "] "; }
std::string prefix_of(EngineId engine, TaskId task) {
  return "[engine " + std::to_string(engine.rank()) + " task " + std::to_string(number(task)) +
         "] ";
}

}  // namespace

Outputs::Entry& Outputs::open(const Writer& writer, TaskId task,
                              const std::function<std::string()>& name) {
  Entry& entry = entries_[task];
  if (entry.attempt != writer.attempt) {
    // Of an attempt before, whose engine may have gone without a word.
    if (entry.attempt != 0) show(task, entry, true);
    bytes_ -= entry.output.out.size() + entry.output.err.size();
    entry = {};
    entry.attempt = writer.attempt;
    entry.output.engine = writer.engine;
    if (options_.style == OutputStyle::headed) entry.kernel = name();
  }
  if (!entry.open) {
    entry.open = true;
    open_[{writer.engine, writer.ticket}].push_back(task);
  }
  return entry;
}

void Outputs::add(const Writer& writer, TaskId task, std::uint32_t stream, std::string_view text,
                  const std::function<std::string()>& name) {
  if (options_.style == OutputStyle::through) return print(stream, text);
  const auto known = entries_.find(task);
  // An attempt that nobody waits for any more.
  if (known != entries_.end() && known->second.attempt > writer.attempt) {
    return add_other(writer.engine, stream, text);
  }
  Entry& entry = open(writer, task, name);
  text_of(entry, stream) += text;
  bytes_ += text.size();
  if (options_.style == OutputStyle::prefix) {
    show_lines(task, entry, stream, false);
  } else if (text_of(entry, stream).size() - entry.shown[stream - 1] > most_in_piece) {
    show_piece(task, entry, stream);
  }
  if (bytes_ > options_.most_bytes) make_room();
  // A count that only tasks can reach which print nothing to speak of.
  while (ended_.size() > most_tasks) {
    const auto oldest = entries_.find(ended_.front());
    ended_.pop_front();
    if (oldest != entries_.end() && !oldest->second.open) forget(oldest->first, 1);
  }
}

void Outputs::add_other(EngineId engine, std::uint32_t stream, std::string_view text) {
  if (options_.style == OutputStyle::prefix) {
    print_lines(prefix_of(engine), stream, text);
  } else {
    print(stream, text);
  }
}

void Outputs::add_dropped(EngineId engine, std::uint64_t bytes) {
  if (bytes == 0) return;
  print(2, "farm: " + std::to_string(bytes) + " bytes of what kernels printed on engine " +
               std::to_string(engine.rank()) + " were too much and are lost\n");
}

void Outputs::end(EngineId engine, std::uint32_t ticket) {
  const auto chunk = open_.find({engine, ticket});
  if (chunk == open_.end()) return;
  const std::vector<TaskId> tasks = std::move(chunk->second);
  open_.erase(chunk);
  for (const TaskId task : tasks) {
    const auto found = entries_.find(task);
    if (found == entries_.end()) continue;
    show(task, found->second, true);
    found->second.open = false;
    ended_.push_back(task);
  }
}

void Outputs::lose(EngineId engine) {
  std::vector<std::uint32_t> tickets;
  for (auto chunk = open_.lower_bound({engine, 0});
       chunk != open_.end() && chunk->first.first == engine; ++chunk) {
    tickets.push_back(chunk->first.second);
  }
  for (const std::uint32_t ticket : tickets) end(engine, ticket);
}

const TaskOutput* Outputs::find(TaskId task) const {
  const auto found = entries_.find(task);
  return found == entries_.end() ? nullptr : &found->second.output;
}

std::vector<TaskId> Outputs::known(TaskId first, std::uint64_t count) const {
  std::vector<TaskId> tasks;
  const TaskId end{number(first) + count};
  for (auto at = entries_.lower_bound(first); at != entries_.end() && at->first < end; ++at) {
    tasks.push_back(at->first);
  }
  return tasks;
}

void Outputs::forget(TaskId first, std::uint64_t count) {
  const TaskId end{number(first) + count};
  for (auto at = entries_.lower_bound(first); at != entries_.end() && at->first < end;) {
    bytes_ -= at->second.output.out.size() + at->second.output.err.size();
    entries_.erase(at++);
  }
  if (ended_.size() > 2 * entries_.size() + 1024) {
    std::erase_if(ended_, [this](TaskId task) { return entries_.count(task) == 0; });
  }
}

void Outputs::cut(Entry& entry, std::uint32_t stream, std::size_t bytes) {
  text_of(entry, stream).erase(0, bytes);
  if (text_of(entry, stream).empty()) text_of(entry, stream).shrink_to_fit();
  entry.shown[stream - 1] -= bytes;
  entry.output.dropped += bytes;
  bytes_ -= bytes;
}

void Outputs::make_room() {
  for (; bytes_ > options_.most_bytes && !ended_.empty(); ended_.pop_front()) {
    const auto oldest = entries_.find(ended_.front());
    if (oldest == entries_.end() || oldest->second.open) continue;
    for (const std::uint32_t stream : {1U, 2U}) {
      cut(oldest->second, stream, text_of(oldest->second, stream).size());
    }
  }
  if (bytes_ <= options_.most_bytes) return;
  // More than has to go, so that texts are not moved for every part that comes.
  const std::uint64_t enough = options_.most_bytes / 8 * 7;
  for (auto& [task, entry] : entries_) {
    show(task, entry, false);
    for (const std::uint32_t stream : {1U, 2U}) {
      const std::uint64_t surplus = bytes_ - std::min(bytes_, enough);
      cut(entry, stream, std::min<std::uint64_t>(entry.shown[stream - 1], surplus));
    }
  }
}

// All that there is, or all but lines that are not complete.
void Outputs::show(TaskId task, Entry& entry, bool all) {
  for (const std::uint32_t stream : {1U, 2U}) {
    if (options_.style == OutputStyle::prefix) {
      show_lines(task, entry, stream, all);
    } else {
      show_piece(task, entry, stream);
    }
  }
}

void Outputs::show_piece(TaskId task, Entry& entry, std::uint32_t stream) {
  const std::string& text = text_of(entry, stream);
  std::size_t& shown = entry.shown[stream - 1];
  if (shown == text.size()) return;
  std::string piece;
  if (options_.style == OutputStyle::headed) {
    piece = "--- task " + std::to_string(number(task)) + ", " + entry.kernel + ", engine " +
            std::to_string(entry.output.engine.rank()) + " ---\n";
  }
  piece += std::string_view(text).substr(shown);
  if (options_.style == OutputStyle::headed && piece.back() != '\n') piece += '\n';
  print(stream, piece);
  shown = text.size();
}

void Outputs::show_lines(TaskId task, Entry& entry, std::uint32_t stream, bool all) {
  const std::string_view text = std::string_view(text_of(entry, stream));
  std::size_t& shown = entry.shown[stream - 1];
  std::size_t end = all ? text.size() : text.rfind('\n') + 1;
  if (end < shown) end = shown;
  if (text.size() - end > longest_line) end = text.size();
  if (end == shown) return;
  print_lines(prefix_of(entry.output.engine, task), stream, text.substr(shown, end - shown));
  shown = end;
}

void Outputs::print_lines(const std::string& prefix, std::uint32_t stream, std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t length = std::min(lines.find('\n'), lines.size());
    text += prefix;
    text += lines.substr(0, length);
    text += '\n';
    lines.remove_prefix(std::min(length + 1, lines.size()));
  }
  print(stream, text);
}

void Outputs::print(std::uint32_t stream, std::string_view text) {
  if (options_.print && options_.style != OutputStyle::kept) options_.print(stream, text);
}

}  // namespace farm::hub
