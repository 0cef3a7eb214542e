#include "policy/placement.hpp"

#include <algorithm>

namespace farm::policy {

LoadBuckets::LoadBuckets(std::uint32_t size) : nodes_(size), buckets_(1) {}

void LoadBuckets::insert(std::uint32_t engine, std::uint64_t load) {
  nodes_[engine].load = load;
  nodes_[engine].in = 1;
  link(engine);
  lowest_ = size_ == 0 ? load : std::min(lowest_, load);
  highest_ = size_ == 0 ? load : std::max(highest_, load);
  ++size_;
}

void LoadBuckets::remove(std::uint32_t engine) {
  if (nodes_[engine].in == 0) return;
  unlink(engine);
  nodes_[engine].in = 0;
  --size_;
  tighten();
}

void LoadBuckets::move(std::uint32_t engine, std::uint64_t load) {
  if (nodes_[engine].in == 0) {
    nodes_[engine].load = load;
    return;
  }
  unlink(engine);
  nodes_[engine].load = load;
  link(engine);
  lowest_ = std::min(lowest_, load);
  highest_ = std::max(highest_, load);
  tighten();
}

// Loads mostly change by one, so that the ends are never far away.
void LoadBuckets::tighten() {
  if (size_ == 0) return;
  while (buckets_[lowest_].first == none) ++lowest_;
  while (buckets_[highest_].first == none) --highest_;
}

void LoadBuckets::link(std::uint32_t engine) {
  Node& node = nodes_[engine];
  if (node.load >= buckets_.size()) buckets_.resize(node.load + 1);
  Bucket& bucket = buckets_[node.load];
  node.before = bucket.last;
  node.after = none;
  (bucket.last == none ? bucket.first : nodes_[bucket.last].after) = engine;
  bucket.last = engine;
}

void LoadBuckets::unlink(std::uint32_t engine) {
  const Node& node = nodes_[engine];
  Bucket& bucket = buckets_[node.load];
  (node.before == none ? bucket.first : nodes_[node.before].after) = node.after;
  (node.after == none ? bucket.last : nodes_[node.after].before) = node.before;
}

}  // namespace farm::policy
