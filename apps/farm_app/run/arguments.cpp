#include "farm_app/run/arguments.hpp"

#include <optional>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

struct SourceMark {
  bool files = false;
  bool linked = false;
};

std::optional<SourceMark> separator_of(const std::string& word) {
  if (word == ":::") return SourceMark{false, false};
  if (word == ":::+") return SourceMark{false, true};
  if (word == "::::") return SourceMark{true, false};
  if (word == "::::+") return SourceMark{true, true};
  return std::nullopt;
}

InputSource file_source(const std::string& file, bool linked) {
  InputSource source;
  source.kind = InputSource::Kind::file;
  source.linked = linked;
  source.file = file;
  return source;
}

}  // namespace

RunArguments parse_arguments(const std::vector<std::string>& words) {
  RunArguments arguments;
  std::optional<SourceMark> current;
  std::size_t files = 0;
  const auto check = [&] {
    if (current && current->files && files == 0) {
      throw UsageError(":::: is followed by files; values on the command line follow :::");
    }
  };
  for (const std::string& word : words) {
    const auto separator = separator_of(word);
    if (separator) {
      check();
      current = separator;
      files = 0;
      if (!separator->files) {
        arguments.inputs.emplace_back();
        arguments.inputs.back().linked = separator->linked;
      }
    } else if (!current) {
      arguments.command.push_back(word);
    } else if (current->files) {
      arguments.inputs.push_back(file_source(word, current->linked));
      ++files;
    } else {
      arguments.inputs.back().values.push_back(word);
    }
  }
  check();
  return arguments;
}

}  // namespace app
