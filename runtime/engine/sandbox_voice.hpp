#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include "engine/notes.hpp"
#include "engine/output_tap.hpp"
#include "engine/publisher.hpp"
#include "farm/detail/item_watch.hpp"
#include "farm/engine.hpp"

namespace farm::engine {

/// In a sandbox: takes what its kernels print and publish to the engine.
class SandboxVoice final : private detail::ItemWatch {
 public:
  /// `tap` and `notes` may be null: then nothing is caught, or nothing published. They must outlive
  /// the voice.
  SandboxVoice(OutputTap* tap, Notes* notes);

  /// From now on this engine's kernels are heard.
  void attach(Engine& self);
  /// All that the item has said is on its way. Call before its answer is.
  void end_item();
  /// Sends what has waited; from any thread.
  void look();

 private:
  static constexpr std::uint64_t most_waiting = std::uint64_t{1} << 20;

  void print(const Engine& self, Stream stream, std::string_view text);
  void begin(TaskId task) override { tap_->begin(number(task)); }

  OutputTap* tap_;
  Notes* notes_;
  std::mutex mutex_;
  Publisher publisher_;
};

}  // namespace farm::engine
