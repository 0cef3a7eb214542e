#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace farm::engine {

/// What the kernels of a sandbox publish, on its way to their engine: Publish frames whose turn the
/// engine fills in. A queue in memory that both share.
class Notes {
 public:
  /// For the sandbox.
  virtual void add(std::span<const std::byte> frame) = 0;
  /// For the engine: whether there are any, and all that there are now.
  virtual bool any() const = 0;
  virtual std::vector<std::vector<std::byte>> take() = 0;

 protected:
  ~Notes() = default;
};

}  // namespace farm::engine
