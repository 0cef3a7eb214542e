#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "farm/task_output.hpp"
#include "farm/types.hpp"

namespace farm::hub {

/// Somebody who is handed what tasks print, in place of whoever shows and keeps it; and how much of
/// it a journal records.
class OutputWatch {
 public:
  /// Null: nobody watches.
  void set(std::function<void(const OutputPiece&)> watcher) { watcher_ = std::move(watcher); }
  bool on() const { return watcher_ != nullptr; }
  void hand(const OutputPiece& piece) const { watcher_(piece); }

  /// The part of a piece that is recorded: of what a task writes to a stream in one attempt, the
  /// first 64 KiB. `ticket` is that of its chunk.
  std::string_view recorded(const OutputPiece& piece, std::uint32_t ticket) {
    std::size_t& before =
        written_[{piece.engine, ticket}][piece.task][static_cast<std::size_t>(piece.stream) - 1];
    const std::string_view part = piece.text.substr(0, most_recorded - before);
    before += part.size();
    return part;
  }
  /// The chunk has ended, or all of the engine's have.
  void end(EngineId engine, std::uint32_t ticket) {
    if (!written_.empty()) written_.erase({engine, ticket});
  }
  void lose(EngineId engine) {
    written_.erase(written_.lower_bound({engine, 0}),
                   written_.upper_bound({engine, ~std::uint32_t{0}}));
  }

 private:
  static constexpr std::size_t most_recorded = std::size_t{64} << 10;

  std::function<void(const OutputPiece&)> watcher_;
  // Bytes recorded of each task of chunks that run.
  std::map<std::pair<EngineId, std::uint32_t>, std::map<TaskId, std::array<std::size_t, 2>>>
      written_;
};

}  // namespace farm::hub
