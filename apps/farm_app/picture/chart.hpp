#pragma once
// Bar charts with axes. A chart is geometry in the unit square: (0, 0) is where its axes meet.

#include <string>
#include <vector>

#include "farm_app/picture/picture.hpp"

namespace app {

struct Bar {
  double left;
  double right;
  double height;
};

struct Tick {
  double at;
  std::string label;
};

/// A line from top to bottom with a word beside it, such as "mean".
struct Mark {
  double at;
  std::string label;
};

struct BarChart {
  std::string title;
  std::string x_label;
  std::vector<Bar> bars;
  std::vector<Tick> x_ticks;
  std::vector<Tick> y_ticks;
  std::vector<Mark> x_marks;
};

/// The charts below one another, each `width` x `height` pixels.
Picture draw_charts(const std::vector<BarChart>& charts, int width, int height);

}  // namespace app
