#pragma once
// Records as a table for people, and as CSV.

#include <array>
#include <cstdint>
#include <farm/records.hpp>
#include <iosfwd>
#include <string>

namespace app {

/// Writes records as lines, one after the other, so that millions need no memory.
class RecordsReport {
 public:
  RecordsReport(std::ostream& out, bool csv);
  void add(const farm::TaskRecord& record);
  /// After the last one: a table ends with what it has shown.
  void end();

 private:
  void add_row(const farm::TaskRecord& record);
  void add_csv(const farm::TaskRecord& record);

  std::ostream* out_;
  bool csv_;
  std::uint64_t shown_ = 0;
  std::array<std::uint64_t, 5> by_status_{};
};

/// "2026-01-31 12:00:00.123456" in UTC, with so many digits of the second; empty for nothing.
std::string format_time(const std::optional<farm::Time>& time, int digits);

}  // namespace app
