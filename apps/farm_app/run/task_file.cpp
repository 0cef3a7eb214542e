#include "farm_app/run/task_file.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

constexpr std::string_view marker = "#DISBATCH";

bool is_comment(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t\f\v\r\n");
  return first == std::string::npos || line[first] == '#';
}

/// The blanks and then the word in front of `text`, which are taken off.
std::string take_word(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
  std::string word(text.substr(begin, end - begin));
  text.remove_prefix(end);
  return word;
}

std::string upper(std::string word) {
  for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return word;
}

/// What follows a directive: all behind one blank.
std::string rest_of(std::string_view text) {
  return std::string(text.substr(text.empty() ? 0 : 1));
}

std::optional<std::int64_t> number_of(const std::string& word) {
  std::int64_t number = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc{} || rest != end || number < 0) return std::nullopt;
  return number;
}

/// The number behind `name`, and both are taken off; else nothing is.
std::optional<std::int64_t> take_named(std::string_view& text, const char* name) {
  std::string_view behind = text;
  if (upper(take_word(behind)) != name) return std::nullopt;
  const auto number = number_of(take_word(behind));
  if (number) text = behind;
  return number;
}

std::string padded(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return digits.size() < 6 ? std::string(6 - digits.size(), '0') + digits : digits;
}

}  // namespace

TaskFile::TaskFile(const std::string& file, RecordReader::Rules rules, std::string job)
    : reader_(file, rules),
      name_(file == "-" ? "STDIN" : file.substr(file.rfind('/') + 1)),
      job_(std::move(job)) {}

Pull TaskFile::next(TaskStep& step, double patience) {
  for (std::string line; repeat_.left == 0;) {
    const Pull pull = reader_.next(line, patience);
    if (pull != Pull::got) return pull;
    if (take(std::move(line), step)) return Pull::got;
  }
  make(repeat_.command, repeat_.index, step);
  repeat_.index += repeat_.step;
  --repeat_.left;
  return Pull::got;
}

bool TaskFile::take(std::string line, TaskStep& step) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.compare(0, marker.size(), marker) == 0) return obey(line, step);
  if (is_comment(line)) return false;
  if (line.find('\0') != std::string::npos) {
    refuse("there is a NUL byte: is it a file of commands? (where they end in NUL: -0)");
  }
  started_ = true;
  make(line, -1, step);
  return true;
}

bool TaskFile::obey(const std::string& line, TaskStep& step) {
  std::string_view words(line);
  words.remove_prefix(marker.size());
  const std::string directive = upper(take_word(words));
  aware_ = true;
  if (directive == "PREFIX") {
    prefix_ = rest_of(words);
    return false;
  }
  if (directive == "SUFFIX") {
    suffix_ = rest_of(words);
    return false;
  }
  if (directive == "PERENGINE") {
    const std::string when = upper(take_word(words));
    if (when != "START" && when != "STOP") refuse("PERENGINE is followed by START or STOP");
    if (started_) refuse("PERENGINE stands before all commands");
    step.kind = when == "START" ? TaskStep::Kind::engine_start : TaskStep::Kind::engine_stop;
    step.command = prefix_ + rest_of(words) + suffix_;
    step.environment = {{"DISBATCH_JOBID", job_}, {"DISBATCH_NAMETASKS", name_}};
    return true;
  }
  started_ = true;
  if (directive == "REPEAT") {
    begin_repeat(words);
    return false;
  }
  if (directive == "BARRIER") {
    step.kind = upper(take_word(words)) == "CHECK" ? TaskStep::Kind::barrier_check
                                                   : TaskStep::Kind::barrier;
    // disBatch counts it as a task of its own, and files are named by this number.
    ++ids_;
    return true;
  }
  refuse("there is no directive " + directive +
         suggestion(directive, {"PREFIX", "SUFFIX", "BARRIER", "REPEAT", "PERENGINE"}));
}

void TaskFile::begin_repeat(std::string_view words) {
  const std::string count = take_word(words);
  const auto times = number_of(count);
  if (!times) refuse("REPEAT '" + count + "': expected how often");
  repeat_.left = static_cast<std::uint64_t>(*times);
  repeat_.index = take_named(words, "START").value_or(0);
  repeat_.step = take_named(words, "STEP").value_or(1);
  repeat_.command = rest_of(words);
}

void TaskFile::make(const std::string& command, std::int64_t index, TaskStep& step) {
  step.kind = TaskStep::Kind::command;
  step.command = prefix_ + command + suffix_;
  step.environment.clear();
  aware_ = aware_ || step.command.find("DISBATCH_") != std::string::npos;
  const std::uint64_t id = ids_++;
  if (!aware_) return;
  const std::uint64_t line = reader_.line();
  const std::string zeros =
      index < 0 ? std::to_string(index) : padded(static_cast<std::uint64_t>(index));
  step.environment = {{"DISBATCH_JOBID", job_},
                      {"DISBATCH_NAMETASKS", name_},
                      {"DISBATCH_TASKID", std::to_string(id)},
                      {"DISBATCH_TASKID_ZP", padded(id)},
                      {"DISBATCH_STREAM_INDEX", std::to_string(line)},
                      {"DISBATCH_STREAM_INDEX_ZP", padded(line)},
                      {"DISBATCH_REPEAT_INDEX", std::to_string(index)},
                      {"DISBATCH_REPEAT_INDEX_ZP", zeros}};
}

void TaskFile::refuse(const std::string& what) const {
  throw std::runtime_error(reader_.name() + ", line " + std::to_string(reader_.line()) + ": " +
                           what);
}

}  // namespace app
