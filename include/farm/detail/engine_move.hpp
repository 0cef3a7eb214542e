#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace farm {
class Engine;
}

namespace farm::detail {

/// What an engine does in a collective call with the bytes that come or go; made anew for each
/// call. Errors are thrown and become the engine's result.
class EngineMove {
 public:
  virtual ~EngineMove() = default;

  /// push, scatter: the memory in which so many bytes are wanted.
  virtual std::span<std::byte> open(std::size_t bytes) = 0;
  /// They have come.
  virtual void close() = 0;
  /// gather: the bytes that go; they stay where they are until the end of the call.
  virtual std::span<const std::byte> offer() = 0;
};

/// Makes it from what the view has packed for it.
using MakeMove = std::unique_ptr<EngineMove> (*)(Engine& engine,
                                                 std::span<const std::byte> request);

}  // namespace farm::detail
