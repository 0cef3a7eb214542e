#include "farm_app/run/columns.hpp"

#include "farm_app/command_line.hpp"

namespace app {

namespace {

/// The text that `pattern` stands for, if it is no more than that: most separators are one
/// character, and searching for a text is much faster.
std::optional<std::string> plain_text(const std::string& pattern) {
  if (pattern == "\\t") return std::string(1, '\t');
  if (pattern == ".") return std::nullopt;
  if (pattern.size() == 2 && pattern.front() == '\\' &&
      std::string("|.^$*+?()[]{}\\/").find(pattern[1]) != std::string::npos) {
    return pattern.substr(1);
  }
  if (pattern.find_first_of("\\^$.|?*+()[]{}") != std::string::npos) return std::nullopt;
  return pattern;
}

}  // namespace

Columns::Columns(const JobSource& source) : csv_(source.csv) {
  if (!source.colsep) {
    // GNU parallel's, too: names without a separator are names of columns between tabs.
    separator_ = std::string(csv_ ? "," : (source.header ? "\t" : ""));
    return;
  }
  if (source.colsep->empty()) throw UsageError("--colsep needs a separator, such as , or '\\t'");
  const auto text = plain_text(*source.colsep);
  if (text) {
    separator_ = *text;
  } else if (csv_) {
    throw UsageError("--colsep " + *source.colsep + ": with --csv it is a text, no pattern");
  } else {
    try {
      pattern_.emplace(*source.colsep, std::regex::ECMAScript | std::regex::optimize);
    } catch (const std::regex_error& error) {
      throw UsageError("--colsep " + *source.colsep + " is no regular expression: " + error.what());
    }
  }
}

Row Columns::split(const std::string& record) const {
  if (csv_) return split_csv(record);
  if (pattern_) return split_pattern(record);
  if (!separator_.empty()) return split_text(record);
  return {record};
}

Row Columns::split_text(const std::string& record) const {
  Row row;
  std::size_t at = 0;
  for (;;) {
    const std::size_t end = record.find(separator_, at);
    row.push_back(record.substr(at, end == std::string::npos ? end : end - at));
    if (end == std::string::npos) return row;
    at = end + separator_.size();
  }
}

Row Columns::split_pattern(const std::string& record) const {
  std::sregex_token_iterator field(record.begin(), record.end(), *pattern_, -1);
  Row row(field, std::sregex_token_iterator());
  if (row.empty()) row.emplace_back();
  return row;
}

Row Columns::split_csv(const std::string& text) const {
  // Files from Windows end their records with CR LF.
  const std::string record =
      !text.empty() && text.back() == '\r' ? text.substr(0, text.size() - 1) : text;
  Row row(1);
  bool quoted = false;
  for (std::size_t at = 0; at < record.size(); ++at) {
    if (record[at] == '"') {
      const bool doubled = quoted && at + 1 < record.size() && record[at + 1] == '"';
      if (doubled) row.back() += record[at++];
      if (!doubled) quoted = !quoted;
    } else if (!quoted && record.compare(at, separator_.size(), separator_) == 0) {
      row.emplace_back();
      at += separator_.size() - 1;
    } else {
      row.back() += record[at];
    }
  }
  return row;
}

}  // namespace app
