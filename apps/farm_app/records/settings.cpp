#include "farm_app/records/settings.hpp"

#include <algorithm>
#include <limits>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"

namespace app {

namespace {

namespace po = boost::program_options;

constexpr const char* usage = "farm_app records FILE [OPTIONS]";
constexpr std::int64_t most = std::numeric_limits<int>::max();

/// The values as they were written.
struct Words {
  std::vector<std::string> where;
  std::string status;
  std::string kernel;
  std::string label;
  std::string limit;
};

void declare(po::options_description& options, Words& words) {
  options.add_options()("failed", "only tasks that failed: --status failed")(
      "status", po::value(&words.status)->value_name("NAME"),
      "only those that are pending, done, failed, aborted or lost (pending when their run ended, "
      "and nobody asks for them again)")("kernel", po::value(&words.kernel)->value_name("NAME"),
                                         "only those of this kernel")(
      "label", po::value(&words.label)->value_name("NAME"), "only those with this label")(
      "where", po::value(&words.where)->value_name("KEY=VALUE")->composing(),
      "only those with this status, kernel, label, engine, host, run or task; repeatable")(
      "limit", po::value(&words.limit)->value_name("N"), "only the first N of them")(
      "csv", "all that is recorded, but results, as CSV instead of a table");
}

void add_condition(farm::Query& query, const std::string& key, const std::string& value,
                   const std::string& option) {
  if (key == "status") {
    const auto status = farm::task_status_named(value);
    if (!status) {
      throw UsageError(option + " " + value + ": known are pending, done, failed, aborted, lost");
    }
    query.status(*status);
  } else if (key == "kernel") {
    query.kernel(value);
  } else if (key == "label") {
    query.label(value);
  } else if (key == "host") {
    query.host(value);
  } else if (key == "engine") {
    query.engine(static_cast<int>(parse_whole(option, value, 0, most)));
  } else if (key == "run") {
    query.run(static_cast<int>(parse_whole(option, value, 1, most)));
  } else if (key == "task") {
    constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
    query.in({farm::TaskId{static_cast<std::uint64_t>(parse_whole(option, value, 0, largest))}});
  } else {
    throw UsageError(option + " " + key + "=" + value +
                     ": known are status, kernel, label, engine, host, run and task");
  }
}

}  // namespace

std::optional<RecordsSettings> read_records_settings(const std::vector<std::string>& words) {
  CommandLine line(std::string(usage) +
                   "\nThe tasks in a journal (--farm-journal FILE of every farm program), also "
                   "while a job\nwrites it. Any SQL tool shows more: sqlite3 FILE 'SELECT * FROM "
                   "tasks'.");
  Words given;
  declare(line.options(), given);
  const bool named = !words.empty() && words.front().rfind('-', 0) != 0;
  const auto asks = [](const std::string& word) { return word == "--help" || word == "-h"; };
  if (!named && std::none_of(words.begin(), words.end(), asks)) {
    throw UsageError(std::string("the file comes first: ") + usage);
  }
  if (!line.parse({words.begin() + (named ? 1 : 0), words.end()})) return std::nullopt;

  RecordsSettings settings;
  settings.file = words.front();
  settings.csv = line.given("csv");
  if (line.given("failed")) settings.query.status(farm::TaskStatus::failed);
  if (line.given("status")) add_condition(settings.query, "status", given.status, "--status");
  if (line.given("kernel")) settings.query.kernel(given.kernel);
  if (line.given("label")) settings.query.label(given.label);
  for (const std::string& condition : given.where) {
    const std::size_t equals = condition.find('=');
    if (equals == std::string::npos) {
      throw UsageError("--where " + condition + ": expected KEY=VALUE, as in --where engine=3");
    }
    add_condition(settings.query, condition.substr(0, equals), condition.substr(equals + 1),
                  "--where");
  }
  if (line.given("limit")) {
    settings.query.limit(static_cast<std::size_t>(parse_whole("--limit", given.limit, 0, most)));
  }
  return settings;
}

}  // namespace app
