// farm_app records: what a journal says, as a table or as CSV.
#include <iostream>
#include <stdexcept>

#include "farm_app/records/report.hpp"
#include "farm_app/records/settings.hpp"
#include "farm_app/subcommands.hpp"

namespace app {

int records(farm::Client&, const Arguments& arguments) {
  const auto settings = read_records_settings(arguments);
  if (!settings) return 0;
  // Nothing is printed of a file that is no journal.
  farm::read_journal(settings->file, farm::Query().limit(0), [](const farm::TaskRecord&) {});
  RecordsReport report(std::cout, settings->csv);
  farm::read_journal(settings->file, settings->query,
                     [&](const farm::TaskRecord& record) { report.add(record); });
  report.end();
  std::cout.flush();
  if (!std::cout) throw std::runtime_error("the standard output cannot be written");
  return 0;
}

}  // namespace app
