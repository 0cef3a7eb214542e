#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace farm::policy {

/// Which engines have nothing to do: a bit for each.
class IdleMap {
 public:
  explicit IdleMap(std::uint32_t size = 0) : words_((size + 63) / 64) {}

  /// Engines may be numbers below this size from now on.
  void grow(std::uint32_t size) { words_.resize((size + 63) / 64); }
  void set(std::uint32_t engine, bool idle) {
    std::uint64_t& word = words_[engine / 64];
    const std::uint64_t bit = std::uint64_t{1} << (engine % 64);
    if (((word & bit) != 0) == idle) return;
    word ^= bit;
    idle ? ++count_ : --count_;
  }
  bool operator[](std::uint32_t engine) const {
    return (words_[engine / 64] >> (engine % 64) & 1) != 0;
  }
  std::uint32_t count() const { return count_; }

  /// Calls f(engine) for each idle engine from `begin` on, in order, until it returns false.
  template <class F>
  void each(std::uint32_t begin, const F& f) const {
    for (std::size_t i = begin / 64; i < words_.size(); ++i) {
      std::uint64_t word = words_[i];
      if (i == begin / 64) word &= ~std::uint64_t{0} << (begin % 64);
      for (; word != 0; word &= word - 1) {
        if (!f(static_cast<std::uint32_t>(64 * i) +
               static_cast<std::uint32_t>(std::countr_zero(word)))) {
          return;
        }
      }
    }
  }

 private:
  std::vector<std::uint64_t> words_;
  std::uint32_t count_ = 0;
};

}  // namespace farm::policy
