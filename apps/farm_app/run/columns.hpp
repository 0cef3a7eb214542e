#pragma once
// One record of a file, cut into columns.

#include <optional>
#include <regex>
#include <string>

#include "farm_app/run/tables.hpp"

namespace app {

/// CSV as RFC 4180 has it (quotation marks around fields, doubled inside); or a separator, which is
/// a text or else a regular expression; or the whole record.
class Columns {
 public:
  /// Throws UsageError if --colsep is no regular expression, or is empty.
  explicit Columns(const JobSource& source);

  Row split(const std::string& record) const;

 private:
  Row split_csv(const std::string& text) const;
  Row split_text(const std::string& record) const;
  Row split_pattern(const std::string& record) const;

  bool csv_;
  std::string separator_;  // a text; empty: none
  std::optional<std::regex> pattern_;
};

}  // namespace app
