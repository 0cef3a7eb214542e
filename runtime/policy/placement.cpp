#include "policy/placement.hpp"

#include <algorithm>

namespace farm::policy {

LoadBuckets::LoadBuckets(std::uint32_t size) : nodes_(size), buckets_(1) {}

void LoadBuckets::insert(std::uint32_t engine) {
  nodes_[engine].load = 0;
  link(engine);
  lowest_ = 0;
}

std::uint32_t LoadBuckets::least() const { return buckets_[lowest_].first; }

void LoadBuckets::move(std::uint32_t engine, std::uint64_t load) {
  unlink(engine);
  nodes_[engine].load = load;
  link(engine);
  // Loads mostly change by one, so that the lowest bucket is never far away.
  if (load < lowest_) lowest_ = load;
  while (buckets_[lowest_].first == none) ++lowest_;
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
