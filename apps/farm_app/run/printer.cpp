#include "farm_app/run/printer.hpp"

namespace app {

Printer::Printer(const PrinterOptions& options)
    : tags_(options.tag && options.mode != PrinterOptions::Mode::ungroup),
      queue_(options),
      waiting_(false),
      outlets_{Outlet(options.out, "standard output"), Outlet(options.err, "standard error")} {}

void Printer::expect(std::uint64_t key, std::string tag) {
  const std::lock_guard guard(lock_);
  queue_.expect(key, std::move(tag));
  waiting_ = queue_.waiting();
}

void Printer::add(std::uint64_t key, int attempt, int stream, std::string_view text) {
  if (text.empty()) return;
  const std::lock_guard guard(lock_);
  queue_.add(key, attempt, stream == 2 ? 1 : 0, text);
  waiting_ = queue_.waiting();
}

void Printer::ended(std::uint64_t key, int attempt) {
  const std::lock_guard guard(lock_);
  queue_.ended(key, attempt);
  waiting_ = queue_.waiting();
}

bool Printer::flush(std::size_t most) {
  if (!waiting_) return false;
  std::size_t written = 0;
  PrintQueue::Turn turn;
  while (written < most) {
    {
      const std::lock_guard guard(lock_);
      turn = queue_.next();
    }
    if (turn.entry == nullptr) break;
    // The file is read without the lock: the hub may be waiting for it. Nothing but next() removes
    // entries, so that this one stays.
    const std::string text = queue_.store().read(turn.piece);
    write(turn, text);
    written += text.size();
    const std::lock_guard guard(lock_);
    queue_.store().give_back(turn.piece);
  }
  return settle();
}

void Printer::write(PrintQueue::Turn& turn, std::string_view text) {
  // Both may be the same file, or terminal.
  outlets_.at(1 - turn.stream).flush();
  Outlet& outlet = outlets_.at(turn.stream);
  if (!tags_) {
    outlet.add(text);
    return;
  }
  bool& line_start = turn.entry->streams->at(turn.stream).line_start;
  while (!text.empty()) {
    if (line_start) outlet.add(turn.entry->tag);
    const std::size_t end = text.find('\n');
    line_start = end != std::string_view::npos;
    outlet.add(text.substr(0, line_start ? end + 1 : text.size()));
    text.remove_prefix(line_start ? end + 1 : text.size());
  }
}

bool Printer::settle() {
  for (Outlet& outlet : outlets_) outlet.flush();
  const std::lock_guard guard(lock_);
  for (const Outlet& outlet : outlets_) {
    if (problem_.empty()) problem_ = outlet.problem();
  }
  waiting_ = queue_.waiting();
  return waiting_;
}

std::vector<std::uint64_t> Printer::take_printed() {
  const std::lock_guard guard(lock_);
  return queue_.take_gone();
}

std::string Printer::problem() const {
  const std::lock_guard guard(lock_);
  return problem_;
}

std::size_t Printer::held_in_memory() const {
  const std::lock_guard guard(lock_);
  return queue_.store().in_memory();
}

std::size_t Printer::held_in_file() const {
  const std::lock_guard guard(lock_);
  return queue_.store().in_file();
}

}  // namespace app
