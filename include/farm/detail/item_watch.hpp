#pragma once

#include "farm/types.hpp"

namespace farm::detail {

/// Is told of each item that begins to run, by the thread that runs it.
class ItemWatch {
 public:
  virtual void begin(TaskId task) = 0;

 protected:
  ~ItemWatch() = default;
};

}  // namespace farm::detail
