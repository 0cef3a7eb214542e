#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace farm::hub {

/// What items have ended, or may have: engines that died while they ran, and sandboxes. Items are
/// known by batch and place in the scheduler's order.
class Crashes {
 public:
  bool empty() const { return batches_.empty(); }
  /// One of the items [first, first + count) is the cause.
  void note(std::uint32_t batch, std::uint64_t first, std::uint64_t count, const std::string& what);
  /// How many the item may be the cause of.
  int of(std::uint32_t batch, std::uint64_t place) const;
  /// What they were: "engine 3 (node04): its process has ended; engine 5 ...".
  std::string text(std::uint32_t batch, std::uint64_t place) const;
  /// The batch has come to its end.
  void forget(std::uint32_t batch) { batches_.erase(batch); }

 private:
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::string what;
  };
  struct Notes {
    std::vector<Range> ranges;
    std::unordered_map<std::uint64_t, std::vector<std::string>> items;
  };

  std::unordered_map<std::uint32_t, Notes> batches_;
};

}  // namespace farm::hub
