#include "farm_app/command_line.hpp"

#include <algorithm>
#include <iostream>
#include <numeric>
#include <utility>

namespace app {

namespace po = boost::program_options;

CommandLine::CommandLine(std::string summary) : summary_(std::move(summary)) {
  options_.add_options()("help,h", "print this and leave");
}

bool CommandLine::parse(const std::vector<std::string>& words) {
  // --help wins over whatever else is on the line, wrong or not.
  for (const std::string& word : words) {
    if (word != "--help" && word != "-h") continue;
    std::cout << summary_ << "\n\n" << options_ << epilogue_;
    return false;
  }
  try {
    store(words);
  } catch (const po::unknown_option& error) {
    const std::string name = error.get_option_name();
    throw UsageError("there is no option '" + name + "'" + suggestion(name, names()));
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError("a word that belongs to no option; write --option VALUE");
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  return true;
}

std::size_t CommandLine::leading(const std::vector<std::string>& words) const {
  std::size_t count = 0;
  while (count < words.size()) {
    const std::string& word = words[count];
    if (word.size() < 2 || word.front() != '-') break;
    ++count;
    if (word == "--") break;
    bool value_follows = false;
    if (word[1] == '-') {
      value_follows = takes_value(word);
    } else {
      // -kC , is -k -C ','; but in -C,k all behind C is its value.
      for (std::size_t i = 1; i < word.size() && !value_follows; ++i) {
        if (!takes_value(std::string("-") + word[i])) continue;
        value_follows = i + 1 == word.size();
        break;
      }
    }
    if (value_follows && count < words.size()) ++count;
  }
  return count;
}

bool CommandLine::takes_value(const std::string& option) const {
  for (const auto& known : options_.options()) {
    const bool same =
        "--" + known->long_name() == option ||
        known->canonical_display_name(po::command_line_style::allow_dash_for_short) == option;
    if (same) return known->semantic()->max_tokens() > 0;
  }
  return false;
}

bool CommandLine::given(const std::string& option) const {
  return values_.count(option) != 0 && !values_[option].defaulted();
}

void CommandLine::store(const std::vector<std::string>& words) {
  namespace style = po::command_line_style;
  // No guessing: a script that abbreviates breaks when an option is added.
  const int exact = style::unix_style & ~style::allow_guessing;
  const po::positional_options_description none;
  po::command_line_parser parser(words);
  po::store(parser.options(options_).positional(none).style(exact).run(), values_);
  po::notify(values_);
}

std::vector<std::string> CommandLine::names() const {
  std::vector<std::string> names;
  for (const auto& option : options_.options()) names.push_back("--" + option->long_name());
  return names;
}

std::string first_argument(const std::vector<std::string>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--farm-")) return word;
    const bool alone = word == "--farm-help" || word == "--farm-version";
    if (!alone && word.find('=') == std::string::npos) ++i;
  }
  return {};
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  std::string nearest;
  // Farther than a third of its letters, a word is another word and no slip of the finger.
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
}

std::size_t edit_distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string join(const std::vector<std::string>& words, const std::string& separator) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += separator;
    joined += word;
  }
  return joined;
}

}  // namespace app
