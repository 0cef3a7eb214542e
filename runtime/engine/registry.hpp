#pragma once

#include <cstdint>
#include <vector>

#include "farm/detail/kernel_entry.hpp"

namespace farm::engine {

/// The kernels of this program, numbered alike on all ranks: by the order of their names.
class Registry {
 public:
  /// Numbers the kernels that registered themselves before main. Throws farm::Error with both names
  /// if two different kernels have one name, as g++ gives to kernels in unnamed namespaces of two
  /// files.
  Registry();

  std::size_t size() const { return entries_.size(); }
  /// Throws std::out_of_range for an unknown number.
  const detail::KernelEntry& operator[](std::uint32_t index) const { return *entries_.at(index); }

  /// Equal on ranks that run the same kernels.
  std::uint64_t fingerprint() const;

 private:
  std::vector<detail::KernelEntry*> entries_;
};

}  // namespace farm::engine
