#pragma once

#include <ostream>
#include <vector>

#include "farm_app/mandelbrot/run.hpp"
#include "farm_app/mandelbrot/settings.hpp"
#include "farm_app/picture/picture.hpp"

namespace app {

/// What the report is made of.
struct Facts {
  const Settings& settings;
  const FarmedRun& run;
  std::vector<EngineLoad> engines;
  double serial_seconds;    ///< T1
  bool serial_measured;     ///< or else estimated from the tasks' times
  bool engines_have_cores;  ///< on rank 0's host: no more engines than cores
};

/// Times per pixel, task and chunk, load of the engines, speed-up and what bounds it.
void print_report(std::ostream& out, const Facts& facts);

/// The same distributions as a picture of charts.
Picture draw_report(const Facts& facts);

/// How a pixel's time came about, for labels: "timed alone", or "mean of its row".
std::string pixel_time_label(const Settings& settings);

}  // namespace app
