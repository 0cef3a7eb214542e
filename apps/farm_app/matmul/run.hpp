#pragma once
// What is known after a farmed product, and what follows from it. Pure: no farm is needed.

#include <vector>

#include "farm_app/matmul/grid.hpp"
#include "farm_app/matmul/settings.hpp"

namespace app::dense {

/// Seconds of one engine inside the product; trivially copyable, so that it travels.
struct EngineTimes {
  double computing = 0;
  double passing = 0;  ///< sending panels and waiting for them
};

/// Seconds of one product as rank 0 saw them.
struct Phases {
  double distribution = 0;
  double product = 0;
  double collection = 0;
  EngineTimes engine;  ///< of the engine that computed longest

  double total() const { return distribution + product + collection; }
};

/// Of each time its median.
Phases medians(const std::vector<Phases>& runs);

/// The engine that computed longest. `engines` is not empty.
EngineTimes slowest(const std::vector<EngineTimes>& engines);

/// One variant, all its repetitions.
struct VariantRun {
  Variant variant;
  Grid grid;    ///< rows: engines x 1
  int engines;  ///< that had a share of C
  std::vector<Phases> runs;
  double error = 0;  ///< the largest of all repetitions; 0 if nothing was checked
};

}  // namespace app::dense
