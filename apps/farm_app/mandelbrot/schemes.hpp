#pragma once
// The same picture under every chunking scheme, side by side.

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "farm_app/mandelbrot/run.hpp"

namespace app {

/// The names of the schemes in the order of the table, `auto` first.
const std::vector<std::string>& scheme_names();

/// What one scheme made of the picture.
struct SchemeResult {
  std::string name;
  std::size_t chunks;
  double seconds;     ///< the makespan
  double efficiency;  ///< the engines' computing time over what they had
  double imbalance;   ///< largest over mean computing time of an engine
};

/// `engines` come with rank and host, without work.
SchemeResult scheme_result(const std::string& name, const FarmedRun& run,
                           std::vector<EngineLoad> engines);

/// A line for each scheme, and how each makespan compares with the best one.
void print_schemes(std::ostream& out, const std::vector<SchemeResult>& results);

}  // namespace app
