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

  /// Engines may be numbers below this size from now on.
  void grow(std::uint32_t size) { nodes_.resize(size); }
  /// Adds an engine that is not in.
  void insert(std::uint32_t engine, std::uint64_t load = 0);
  /// Takes an engine out, if it is in. Its load is still counted.
  void remove(std::uint32_t engine);
  bool contains(std::uint32_t engine) const { return nodes_[engine].in; }
  /// A least loaded engine; none if there is no engine.
  std::uint32_t least() const { return size_ == 0 ? none : buckets_[lowest_].first; }
  /// An engine with the highest load, none if there is no engine.
  std::uint32_t most() const { return size_ == 0 ? none : buckets_[highest_].first; }
  std::uint64_t load(std::uint32_t engine) const { return nodes_[engine].load; }
  /// The engine keeps its place among its equals if the load does not change.
  void set(std::uint32_t engine, std::uint64_t load) {
    if (load != nodes_[engine].load) move(engine, load);
  }
  void increase(std::uint32_t engine) { move(engine, nodes_[engine].load + 1); }

  /// The first engine with a load below `limit` that suits, from the least loaded on.
  template <class Suits>
  std::uint32_t find(std::uint64_t limit, const Suits& suits) const {
    if (size_ == 0) return none;
    for (std::uint64_t load = lowest_; load < limit && load <= highest_; ++load) {
      for (std::uint32_t at = buckets_[load].first; at != none; at = nodes_[at].after) {
        if (suits(at)) return at;
      }
    }
    return none;
  }
  /// Looks at the engines with at least this load, from the most loaded on, until `stop` is true.
  template <class Stop>
  void descend(std::uint64_t least_load, const Stop& stop) const {
    if (size_ == 0) return;
    for (std::uint64_t load = highest_; load >= least_load && load != 0; --load) {
      for (std::uint32_t at = buckets_[load].first; at != none; at = nodes_[at].after) {
        if (stop(at)) return;
      }
    }
  }

 private:
  struct Node {
    std::uint32_t before = none;
    std::uint32_t after = none;
    std::uint64_t load : 63 = 0;
    std::uint64_t in : 1 = 0;
  };
  struct Bucket {
    std::uint32_t first = none;
    std::uint32_t last = none;
  };

  void move(std::uint32_t engine, std::uint64_t load);
  void link(std::uint32_t engine);
  void unlink(std::uint32_t engine);
  void tighten();

  std::vector<Node> nodes_;
  std::vector<Bucket> buckets_;
  std::uint64_t lowest_ = 0;   // the bucket of the least loaded engine
  std::uint64_t highest_ = 0;  // and that of the most loaded one
  std::uint32_t size_ = 0;     // engines that are in
};

}  // namespace farm::policy
