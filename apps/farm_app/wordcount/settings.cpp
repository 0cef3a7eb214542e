#include "farm_app/wordcount/settings.hpp"

#include <algorithm>
#include <limits>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"

namespace app {

namespace {

namespace po = boost::program_options;

/// The values as they were written.
struct Words {
  std::string top = "all";
  std::string output;
  std::string split = "auto";
  std::string separator = "text";
};

void declare(po::options_description& options, Words& words) {
  const auto value = [](std::string& word, const char* name) {
    return po::value(&word)->value_name(name)->default_value(word);
  };
  options.add_options()("top", value(words.top, "N|all"), "only the N most frequent words")(
      "output", po::value(&words.output)->value_name("FILE"), "the CSV file (default: stdout)")(
      "split", value(words.split, "SIZE|auto"),
      "the documents are cut into pieces of SIZE bytes (64K, 16M, 1G), moved to the next white "
      "space; auto: several for each engine, of at most 16M")(
      "lower", "count A to Z as a to z; letters beyond ASCII stay as they are")(
      "separator", value(words.separator, "HOW"),
      "text: a word is a run of letters, digits and apostrophes between them, in UTF-8; "
      "whitespace: a word is what white space surrounds");
}

constexpr const char* usage = "farm_app wordcount FOLDER [OPTIONS]";

// The folder stands first, so that no option's value can be taken for it.
bool has_folder(const std::vector<std::string>& words) {
  return !words.empty() && words.front().rfind('-', 0) != 0;
}

Separator separator_named(const std::string& name) {
  if (name == "text") return Separator::text;
  if (name == "whitespace") return Separator::whitespace;
  throw UsageError("--separator " + name + ": known are text and whitespace");
}

}  // namespace

std::optional<WordcountSettings> read_wordcount_settings(const std::vector<std::string>& words) {
  CommandLine line(
      std::string(usage) +
      "\nHow often each word occurs in the files under FOLDER, most frequent first, as "
      "CSV.\nThe engines count and add up; only the totals reach rank 0. Links to files are "
      "followed,\nlinks to folders are not; what is neither is left out. Every file must be "
      "readable.");
  Words given;
  declare(line.options(), given);
  const bool named = has_folder(words);
  const auto asks = [](const std::string& word) { return word == "--help" || word == "-h"; };
  if (!named && std::none_of(words.begin(), words.end(), asks)) {
    throw UsageError(std::string("the folder comes first: ") + usage);
  }
  if (!line.parse({words.begin() + (named ? 1 : 0), words.end()})) return std::nullopt;

  WordcountSettings settings;
  settings.folder = words.front();
  settings.output = given.output;
  if (line.given("output") && given.output.empty()) {
    throw UsageError("--output needs the name of a file");
  }
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (given.top != "all") {
    settings.top = static_cast<std::uint64_t>(parse_whole("--top", given.top, 1, most));
  }
  if (given.split != "auto") settings.split = parse_bytes("--split", given.split);
  settings.rules = {separator_named(given.separator), line.given("lower")};
  return settings;
}

}  // namespace app
