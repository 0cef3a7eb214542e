#pragma once
// The command line of a subcommand: Boost.Program_options, and errors that fit one line.

#include <boost/program_options.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace app {

/// The command line is wrong; what() says what and how to do better, in one line.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class CommandLine {
 public:
  /// `summary` is what --help begins with.
  explicit CommandLine(std::string summary);

  /// Where the options are declared; --help is there already.
  boost::program_options::options_description& options() { return options_; }

  /// What --help ends with, behind the options.
  void epilogue(std::string text) { epilogue_ = std::move(text); }

  /// How many of `words` stand before the first that is neither an option nor the value of one,
  /// for subcommands whose options end where a command begins. "--" ends them, too, and is one.
  std::size_t leading(const std::vector<std::string>& words) const;

  /// Stores the values of `words` (without program and subcommand) where the options were told to.
  /// Returns false after --help, which has then been printed to stdout. Throws UsageError.
  bool parse(const std::vector<std::string>& words);

  /// Whether the option was written on the command line (and is not just at its default).
  bool given(const std::string& option) const;

 private:
  void store(const std::vector<std::string>& words);
  std::vector<std::string> names() const;

  bool takes_value(const std::string& option) const;

  std::string summary_;
  std::string epilogue_;
  boost::program_options::options_description options_{"options"};
  boost::program_options::variables_map values_;
};

/// The program's first argument that is none of the runtime's own (--farm-NAME VALUE), as it is
/// before the runtime has taken those out. Empty if there is none.
std::string first_argument(const std::vector<std::string>& words);

/// "; did you mean 'x'?" for the known word nearest to `word`, or nothing if none is near.
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

/// Single letters to insert, drop or change to make `to` of `from` (Levenshtein 1966).
std::size_t edit_distance(const std::string& from, const std::string& to);

std::string join(const std::vector<std::string>& words, const std::string& separator);

}  // namespace app
