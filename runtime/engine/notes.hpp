#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace farm::engine {

/// What the kernels of a sandbox publish and print, on its way to their engine: frames whose turn
/// the engine fills in. A queue in memory that both share.
class Notes {
 public:
  /// For the sandbox.
  virtual void add(std::span<const std::byte> frame) = 0;
  /// Bytes that the engine has not taken.
  virtual std::uint64_t waiting() const = 0;
  /// For the engine: whether there are any, and all that there are now.
  bool any() const { return waiting() != 0; }
  virtual std::vector<std::vector<std::byte>> take() = 0;

 protected:
  ~Notes() = default;
};

}  // namespace farm::engine
