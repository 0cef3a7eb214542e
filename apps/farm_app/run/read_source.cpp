#include "farm_app/run/read_source.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <sstream>

#include "farm_app/numbers/parse.hpp"
#include "farm_app/run/arguments.hpp"
#include "farm_app/run/ranges.hpp"

namespace app {

namespace {

namespace fs = std::filesystem;

bool is_file(const std::string& name) {
  std::error_code error;
  return name == "-" || fs::is_regular_file(name, error) || fs::is_fifo(name, error);
}

bool is_program(const std::string& name) {
  std::error_code error;
  const fs::file_status status = fs::status(name, error);
  return fs::exists(status) && (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
}

DeckTemplate parse_template(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  DeckTemplate deck{text.substr(0, equals), ""};
  if (equals != std::string::npos) {
    deck.output = text.substr(equals + 1);
  } else {
    const fs::path name = fs::path(text).filename();
    deck.output = name.extension() == ".j2" ? name.stem().string() : name.string();
  }
  const fs::path path(deck.output);
  const bool outside =
      path.is_absolute() || std::find(path.begin(), path.end(), fs::path("..")) != path.end();
  if (deck.file.empty() || deck.output.empty() || outside) {
    throw UsageError("--template " + text +
                     ": expected FILE=NAME, with a path below the command's directory or -");
  }
  return deck;
}

std::vector<DeckTemplate> parse_templates(const std::vector<std::string>& texts) {
  std::vector<DeckTemplate> decks;
  for (const std::string& text : texts) {
    decks.push_back(parse_template(text));
    for (std::size_t i = 0; i + 1 < decks.size(); ++i) {
      if (decks[i].output != decks.back().output) continue;
      throw UsageError("--template " + text + ": there is another template for " +
                       decks.back().output);
    }
  }
  return decks;
}

std::optional<SampleWish> parse_sample(const CommandLine& line, const OptionWords& words) {
  if (words.sample.empty()) {
    if (line.given("method")) throw UsageError("--method is of --sample N");
    return std::nullopt;
  }
  SampleWish wish;
  constexpr std::int64_t largest = std::int64_t{1} << 53U;  // that are numbers of their own
  wish.count = static_cast<std::uint64_t>(parse_whole("--sample", words.sample, 1, largest));
  if (words.method == "random") {
    wish.method = SampleWish::Method::random;
  } else if (words.method != "lhs") {
    throw UsageError("--method " + words.method + ": known are lhs and random");
  }
  if (words.ranges.empty()) throw UsageError("--sample needs ranges: --range NAME=LOW:HIGH");
  for (const std::string& range : words.ranges) {
    if (std::count(range.begin(), range.end(), ':') < 2) continue;
    throw UsageError("--range " + range + ": samples have no step");
  }
  return wish;
}

// Files first, for they are read as a stream there.
std::vector<InputSource> named_inputs(const OptionWords& words) {
  std::vector<InputSource> inputs;
  for (const std::string& file : words.arg_files) {
    InputSource source;
    source.kind = InputSource::Kind::file;
    source.file = file;
    inputs.push_back(source);
  }
  for (const std::string& range : words.ranges) {
    inputs.push_back(parse_range(range));
    for (std::size_t i = 0; i + 1 < inputs.size(); ++i) {
      if (inputs[i].name != inputs.back().name) continue;
      throw UsageError("--range " + range + ": there is another range of this name");
    }
  }
  return inputs;
}

void refuse_for_task_file(const CommandLine& line) {
  for (const char* option : {"header", "colsep", "csv", "template", "no-run-if-empty"}) {
    if (!line.given(option)) continue;
    throw UsageError("--" + std::string(option) +
                     " is for values: COMMAND... :::: FILE, not for a task file");
  }
}

// An option behind the task file would make a command of the file's name.
void refuse_late_option(const std::vector<std::string>& command) {
  const bool late = command.size() > 1 && command[1].size() > 1 && command[1].front() == '-' &&
                    command[0] != "-" && is_file(command[0]) && !is_program(command[0]);
  if (!late) return;
  throw UsageError(command[0] + " is no program: options such as " + command[1] +
                   " stand before the task file");
}

bool is_on_path(const std::string& name) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (is_program(folder.append("/").append(name))) return true;
  }
  return false;
}

// One word that is no program would be a command with values from standard input, of which a batch
// job has none.
void refuse_missing(const std::vector<std::string>& command) {
  if (command.size() != 1) return;
  const std::string& word = command.front();
  // Names of programs seldom have a dot or a slash, those of files do.
  std::error_code error;
  const bool folder = fs::is_directory(word, error);
  if (!folder && word.find_first_of("./") == std::string::npos) return;
  if (word.find_first_of(" \t\n'\"\\$`|&;<>(){}*?[]~") != std::string::npos) return;
  const bool program = word.find('/') == std::string::npos ? is_on_path(word) : is_program(word);
  if (program && !folder) return;
  throw UsageError(folder ? word + " is a directory and no task file"
                          : "there is no task file " + word +
                                ", and no such program (a command "
                                "whose values come from standard input: -a - " +
                                word + ")");
}

}  // namespace

JobSource read_source(const CommandLine& line, const OptionWords& words,
                      const std::vector<std::string>& behind, bool may_be_empty) {
  JobSource source;
  RunArguments arguments = parse_arguments(behind);
  source.command = std::move(arguments.command);
  source.inputs = named_inputs(words);
  source.inputs.insert(source.inputs.end(), arguments.inputs.begin(), arguments.inputs.end());
  const bool no_inputs = source.inputs.empty();
  source.sample = parse_sample(line, words);
  source.templates = parse_templates(words.templates);
  source.follow = line.given("follow");
  source.delimiter = line.given("null") ? '\0' : '\n';
  if (line.given("colsep")) source.colsep = words.colsep;
  source.csv = line.given("csv");
  source.header = line.given("header");
  if (source.header && words.header != ":") {
    throw UsageError("--header " + words.header + ": only ':' is known, the first row");
  }
  source.skip_empty = line.given("no-run-if-empty");
  source.shuffle = line.given("shuf");
  source.seed = static_cast<std::uint64_t>(
      parse_whole("--seed", words.seed, 0, std::numeric_limits<std::int64_t>::max()));
  if (source.follow && source.shuffle) throw UsageError("--shuf and --follow exclude each other");

  if (!words.file.empty()) {
    if (!behind.empty() || !no_inputs) {
      throw UsageError("--file is a task file: no command or values besides");
    }
    source.task_file = words.file;
  } else if (no_inputs && source.command.size() == 1 && is_file(source.command.front())) {
    source.task_file = source.command.front();
    source.command.clear();
  } else if (no_inputs && source.command.empty() && !may_be_empty) {
    if (::isatty(STDIN_FILENO) != 0) {
      throw UsageError("there is nothing to run: name a task file, or a command and ::: VALUE...");
    }
    source.task_file = "-";
  }
  if (!source.task_file.empty()) {
    refuse_for_task_file(line);
    return source;
  }
  if (source.command.empty() && !words.ranges.empty()) {
    throw UsageError("a command for the numbers of --range is missing");
  }
  if (no_inputs && !source.command.empty()) {
    refuse_late_option(source.command);
    refuse_missing(source.command);
    source.inputs.emplace_back();
    source.inputs.back().kind = InputSource::Kind::file;
    source.inputs.back().file = "-";
  }
  return source;
}

}  // namespace app
