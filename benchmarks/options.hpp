#pragma once
// The command line of a benchmark: the same few lines in farm.cpp and in floor.cpp, so that both
// sides of a question take the same options.

#include <boost/program_options.hpp>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace bench {

class Options {
 public:
  /// `what` is the sentence that --help begins with.
  explicit Options(const std::string& what) : described_(what) {
    described_.add_options()("help,h", "print this and leave");
  }

  /// An option that is stored in `value`; what stands there before is the default.
  template <class T>
  Options& add(const char* name, T& value, const char* text) {
    namespace po = boost::program_options;
    described_.add_options()(name, po::value<T>(&value)->default_value(value), text);
    return *this;
  }

  /// Reads `arguments` ([0] is the program). Returns the exit status if the program is to leave
  /// at once: 0 after --help, 2 after a wrong option. Only one rank `speaks`.
  std::optional<int> parse(const std::vector<std::string>& arguments, bool speaks = true) const {
    namespace po = boost::program_options;
    po::variables_map given;
    try {
      const std::vector<std::string> words(arguments.begin() + 1, arguments.end());
      // A word that belongs to no option is refused and not dropped.
      const po::positional_options_description none;
      po::store(po::command_line_parser(words).options(described_).positional(none).run(), given);
      if (given.contains("help")) {
        if (speaks) std::cout << described_;
        return 0;
      }
      po::notify(given);
    } catch (const po::error& error) {
      if (speaks) std::cerr << arguments.front() << ": " << error.what() << '\n' << described_;
      return 2;
    }
    return std::nullopt;
  }

 private:
  boost::program_options::options_description described_;
};

}  // namespace bench
