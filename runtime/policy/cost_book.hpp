#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace farm::policy {

/// What inputs have cost before, for sweeps and attempts in which inputs come again: the run time
/// in ns by kernel and digest of the input. Keeps the latest ones, at most 2 x `kept`.
class CostBook {
 public:
  explicit CostBook(std::size_t kept = std::size_t{1} << 19) : kept_(kept) {}

  void learn(std::uint32_t kernel, std::uint64_t digest, double run_ns);
  std::optional<double> cost(std::uint32_t kernel, std::uint64_t digest) const;

 private:
  static std::uint64_t key(std::uint32_t kernel, std::uint64_t digest) {
    return digest ^ (kernel + 1) * 0x9e3779b97f4a7c15;
  }

  std::size_t kept_;
  // When the younger half is full it becomes the older one, which is forgotten.
  std::unordered_map<std::uint64_t, float> young_;
  std::unordered_map<std::uint64_t, float> old_;
};

}  // namespace farm::policy
