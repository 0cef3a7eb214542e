#pragma once

#include <cstdint>
#include <vector>

namespace farm::policy {

/// Engines by the number of chunks they hold: finds a least loaded one, the longest in its place
/// first, in constant time. Engines are numbers below the size given.
class LoadBuckets {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  explicit LoadBuckets(std::uint32_t size);

  /// Adds an engine with load 0.
  void insert(std::uint32_t engine);
  /// A least loaded engine; none if there is no engine.
  std::uint32_t least() const;
  std::uint64_t load(std::uint32_t engine) const { return nodes_[engine].load; }
  /// The engine keeps its place among its equals if the load does not change.
  void set(std::uint32_t engine, std::uint64_t load) {
    if (load != nodes_[engine].load) move(engine, load);
  }
  void increase(std::uint32_t engine) { move(engine, nodes_[engine].load + 1); }

 private:
  struct Node {
    std::uint32_t before = none;
    std::uint32_t after = none;
    std::uint64_t load = 0;
  };
  struct Bucket {
    std::uint32_t first = none;
    std::uint32_t last = none;
  };

  void move(std::uint32_t engine, std::uint64_t load);
  void link(std::uint32_t engine);
  void unlink(std::uint32_t engine);

  std::vector<Node> nodes_;
  std::vector<Bucket> buckets_;
  std::uint64_t lowest_ = 0;  // no bucket below it holds an engine
};

}  // namespace farm::policy
