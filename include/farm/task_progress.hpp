#pragma once

#include <string>

namespace farm {

/// How far a running task says it is.
struct TaskProgress {
  double fraction = 0;  ///< from 0 to 1
  std::string text;
};

}  // namespace farm
