#pragma once

#include <ostream>
#include <vector>

#include "farm_app/matmul/run.hpp"
#include "farm_app/matmul/settings.hpp"

namespace app::dense {

/// What the report of farm_app matmul is made of.
struct Facts {
  const Settings& settings;
  int engines;
  int cores;    ///< on which engines compute at the same time
  double rate;  ///< operations a second of one engine, alone and without a message
  std::vector<VariantRun> variants;
};

/// Times of the phases, GFLOP/s and efficiency of each variant.
void print_report(std::ostream& out, const Facts& facts);

}  // namespace app::dense
