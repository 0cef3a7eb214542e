#pragma once

#include <cstdint>
#include <vector>

namespace farm::policy {

/// How fast each engine is beside the mean one, from the chunks that it ran. Constant time per
/// chunk. An engine that has run nothing is as fast as the mean one.
class Speeds {
 public:
  /// Items that take `expected_ns` on the mean engine took `run_ns` on this one.
  void measured(std::uint32_t engine, double expected_ns, double run_ns);

  /// The speed now; 1 on the mean of those that have run something.
  double now(std::uint32_t engine) const;

  /// The speed at the last keep().
  double kept(std::uint32_t engine) const;
  void keep();

 private:
  struct Engine {
    double expected = 0;  // both fade, so that the last chunks count most
    double taken = 0;
    double speed = 0;  // 0: has run nothing
    double kept = 1;
  };

  std::vector<Engine> engines_;
  double sum_ = 0;  // of the speeds of those that have run something
  double known_ = 0;
};

}  // namespace farm::policy
