#pragma once
// Input decks: files that are made from templates for each command, by Jinja2.

#include <cstdint>
#include <string>
#include <vector>

#include "farm_app/run/job_source.hpp"
#include "farm_app/run/python_channel.hpp"

namespace app {

/// Renders templates in a Python process of its own, which ends with this object or with its
/// process. A template sees the columns that have names, `values` (a mapping of all of these, also
/// of names that are no identifiers), `args` (a list of all values) and `seq`. What looks like a
/// number is one, and is printed as it was written. A variable that does not exist is an error.
class DeckRenderer {
 public:
  /// Reads the templates. Throws std::runtime_error with file and line where one is wrong, and with
  /// the package where Python or Jinja2 is missing.
  DeckRenderer(const std::vector<DeckTemplate>& templates, const std::vector<std::string>& names);

  /// One text for each template. Throws std::runtime_error, with template and line.
  std::vector<std::string> render(const std::vector<std::string>& values, std::uint64_t seq);

 private:
  using Texts = std::vector<std::string>;
  Texts ask(const std::vector<Texts>& lists);

  PythonChannel python_;
};

}  // namespace app
