#include "farm_app/run/resume.hpp"

#include <unistd.h>

#include <cctype>
#include <stdexcept>

#include "farm_app/run/joblog.hpp"

namespace app {

namespace {

std::unique_ptr<History> read_history(const std::string& path, ResumeMode mode) {
  // The first run of a script that always says --resume.
  const bool may_lack = mode == ResumeMode::resume || mode == ResumeMode::resume_failed;
  const bool lacks = may_lack && ::access(path.c_str(), F_OK) != 0;
  if (mode == ResumeMode::none || lacks) return std::make_unique<History>();
  return std::make_unique<History>(path);
}

std::string shortened(const std::string& text) {
  constexpr std::size_t most = 200;
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

bool fits_from(const std::vector<std::string>& parts, std::size_t next, std::string_view text) {
  if (next == parts.size()) return text.empty();
  // Digits of a slot; parts may begin with digits, too.
  for (std::size_t digits = 1; digits <= text.size(); ++digits) {
    if (std::isdigit(static_cast<unsigned char>(text[digits - 1])) == 0 || digits > 10) break;
    const std::string_view rest = text.substr(digits);
    if (!rest.starts_with(parts[next])) continue;
    if (fits_from(parts, next + 1, rest.substr(parts[next].size()))) return true;
  }
  return false;
}

}  // namespace

bool fits(const SlottedText& command, std::string_view text) {
  if (command.parts.empty()) return text.empty();
  const std::string& first = command.parts.front();
  return text.starts_with(first) && fits_from(command.parts, 1, text.substr(first.size()));
}

Resume::Resume(const std::string& path, ResumeMode mode, bool force)
    : history_(read_history(path, mode)), mode_(mode), force_(force) {}

bool Resume::runs(std::uint64_t seq, const SlottedText& command) {
  const History::Row* const row = history_->find(seq);
  if (row == nullptr) return mode_ != ResumeMode::retry_failed;
  if (!force_ && changed(*row, command)) refuse(*row, command);
  const bool run = mode_ != ResumeMode::resume && row->good == 0;
  if (!run) ++skipped_;
  return run;
}

bool Resume::was_good(std::uint64_t seq) const {
  const History::Row* const row = history_->find(seq);
  return row != nullptr && row->good != 0;
}

std::optional<std::pair<std::uint64_t, std::string>> Resume::next_failed() {
  const auto& rows = history_->rows();
  while (next_ < rows.size() && rows[next_].good != 0) ++next_;
  if (next_ == rows.size()) return std::nullopt;
  const History::Row& row = rows[next_++];
  return std::pair(row.seq, history_->command(row));
}

bool Resume::changed(const History::Row& row, const SlottedText& command) const {
  if (command.parts.size() == 1) {
    return History::digest(to_joblog_text(command.parts.front())) != row.digest;
  }
  return !fits(command, history_->command(row));
}

void Resume::refuse(const History::Row& row, const SlottedText& command) const {
  throw std::runtime_error("command " + std::to_string(row.seq) + " was '" +
                           shortened(history_->command(row)) + "' in the log and is now '" +
                           shortened(command.with(1)) +
                           "': these are other commands than those of the log (--force-resume goes "
                           "by the numbers alone)");
}

}  // namespace app
