#pragma once
// The options of farm_app records, read and checked.

#include <farm/records.hpp>
#include <optional>
#include <string>
#include <vector>

namespace app {

struct RecordsSettings {
  std::string file;
  farm::Query query;
  bool csv = false;
};

/// Reads the words behind "records", the file first. Nothing after --help, which has then been
/// printed. Throws UsageError.
std::optional<RecordsSettings> read_records_settings(const std::vector<std::string>& words);

}  // namespace app
