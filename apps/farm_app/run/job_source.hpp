#pragma once
// What the command line says about the commands of a run: where they come from and how they are
// made. Jobs makes them.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace app {

/// Where one column of values, or a table of several, comes from.
struct InputSource {
  enum class Kind : std::uint8_t {
    values,  ///< `:::`: on the command line
    file,    ///< `::::` and -a: one a line of a file, "-" for standard input
    range,   ///< --range
  };
  Kind kind = Kind::values;
  bool linked = false;              ///< `:::+`: goes in step with the source before it
  std::vector<std::string> values;  ///< those of `:::`
  std::string file;
  std::string name;  ///< of a range
  std::string low, high, step = "1";
};

/// --sample: all ranges together become one table of `count` points.
struct SampleWish {
  enum class Method : std::uint8_t { latin_hypercube, random };
  std::uint64_t count = 0;
  Method method = Method::latin_hypercube;
};

/// A file that is rendered for each command. The output "-" is the command's standard input.
struct DeckTemplate {
  std::string file;
  std::string output;
};

struct JobSource {
  /// Whole command lines come from here ("-": standard input); empty: there is a template.
  std::string task_file;
  /// At its end, wait for more; a file that is removed has ended.
  bool follow = false;
  /// Otherwise: the words of the command, in which values are put. None: values are commands.
  std::vector<std::string> command;
  std::vector<InputSource> inputs;
  std::optional<SampleWish> sample;
  std::vector<DeckTemplate> templates;

  char delimiter = '\n';              ///< '\0' with -0
  std::optional<std::string> colsep;  ///< a regular expression; a text where csv is set
  bool csv = false;
  bool header = false;      ///< the first row of a source names its columns
  bool skip_empty = false;  ///< -r

  bool shuffle = false;
  std::uint64_t seed = 1;  ///< of the order and of samples
};

}  // namespace app
