#include "policy/cost_book.hpp"

#include <utility>

namespace farm::policy {

void CostBook::learn(std::uint32_t kernel, std::uint64_t digest, double run_ns) {
  if (young_.size() >= kept_) old_ = std::exchange(young_, {});
  young_[key(kernel, digest)] = static_cast<float>(run_ns);
}

std::optional<double> CostBook::cost(std::uint32_t kernel, std::uint64_t digest) const {
  for (const auto* half : {&young_, &old_}) {
    if (const auto found = half->find(key(kernel, digest)); found != half->end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

}  // namespace farm::policy
