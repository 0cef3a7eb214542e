#include "farm_app/run/joblog.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace app {

namespace {

constexpr std::size_t columns = 9;

template <class T>
bool read(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return !text.empty() && text.find_first_not_of("-0123456789.") == std::string_view::npos;
}

int joblog_status(const Ending& ending) {
  if (ending.good() || ending.cause == Cause::ended) return ending.status;
  const bool own = ending.cause == Cause::not_started || ending.cause == Cause::unsaved;
  if (own && ending.status != 0) return ending.status;
  return -1;
}

}  // namespace

std::string joblog_line(const Ending& ending) {
  std::array<char, 128> numbers{};
  std::snprintf(numbers.data(), numbers.size(), "\t%.3f\t%10.3f\t0\t%llu\t%d\t%d\t", ending.start,
                ending.seconds, static_cast<unsigned long long>(ending.out_bytes),
                joblog_status(ending), ending.signal);
  std::string line = std::to_string(ending.seq) + '\t';
  line += ending.host.empty() ? ":" : ending.host;
  line += numbers.data();
  line += to_joblog_text(ending.command);
  return line + '\n';
}

std::optional<JoblogEntry> parse_joblog_line(std::string_view line) {
  std::array<std::string_view, columns> fields;
  for (std::size_t i = 0; i + 1 < columns; ++i) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return std::nullopt;
    fields.at(i) = line.substr(0, tab);
    line.remove_prefix(tab + 1);
  }
  JoblogEntry entry;
  entry.command = line;  // tabs and all
  const bool numbers = std::all_of(fields.begin() + 2, fields.begin() + 6, is_number);
  const bool whole = read(fields[0], entry.seq) && entry.seq > 0 && numbers &&
                     read(fields[6], entry.status) && read(fields[7], entry.signal);
  return whole ? std::optional(entry) : std::nullopt;
}

std::string to_joblog_text(std::string_view command) {
  std::string text(command);
  std::replace(text.begin(), text.end(), '\n', '\0');
  return text;
}

std::string from_joblog_text(std::string_view text) {
  std::string command(text);
  std::replace(command.begin(), command.end(), '\0', '\n');
  return command;
}

}  // namespace app
