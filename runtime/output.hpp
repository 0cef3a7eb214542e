#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/notes.hpp"
#include "engine/output_tap.hpp"
#include "engine/speech.hpp"
#include "hub/outputs.hpp"
#include "process/output_pipe.hpp"
#include "settings.hpp"

namespace farm {

/// The pipes of an engine as its serve loop sees them.
class PipeTap final : public engine::OutputTap {
 public:
  /// `own`: whether the process's stdout and stderr are the engine's alone. Where the driver has
  /// them too, in a single process, only what sandboxes write is caught.
  PipeTap(process::OutputPipe& pipe, bool own) : pipe_(&pipe), own_(own) {}

  void open() override {
    if (own_) pipe_->open();
  }
  void shut() override {
    if (own_) pipe_->shut();
  }
  void begin(std::uint64_t task) override { pipe_->begin(task); }
  std::uint64_t waiting() const override { return pipe_->log().waiting(); }
  void take(Buffer& into, std::size_t most) override;
  std::uint64_t take_dropped() override { return pipe_->take_dropped(); }

 private:
  process::OutputPipe* pipe_;
  bool own_;
  std::vector<std::byte> scratch_;
};

/// What sandboxes publish and print, in memory that the engine shares with them.
class LogNotes final : public engine::Notes {
 public:
  explicit LogNotes(process::OutputLog& log) : log_(&log) {}

  void add(std::span<const std::byte> frame) override;
  std::uint64_t waiting() const override { return log_->waiting(); }
  std::vector<std::vector<std::byte>> take() override;

 private:
  process::OutputLog* log_;
};

/// What an engine's processes say to each other; made before they fork apart.
struct Channels {
  process::OutputLog published;
  std::unique_ptr<process::OutputPipe> pipe;  ///< null: what kernels print is not caught
};

/// How the process of an engine catches what its kernels print, as long as it serves.
class Capturing {
 public:
  /// The pipe is not used where the run lets output through. `own`: as for PipeTap.
  Capturing(Channels& channels, Output output, bool own);

  engine::Capture capture() { return {tap_ ? &*tap_ : nullptr, at_once_, &notes_}; }
  /// Catches nothing any more; what the hub has not been sent goes out here.
  void end(int engine);

 private:
  LogNotes notes_;
  process::OutputPipe* pipe_ = nullptr;  // null: nothing is caught
  std::optional<PipeTap> tap_;
  bool at_once_ = false;
};

/// The same in one of its sandboxes.
class SandboxCapturing {
 public:
  explicit SandboxCapturing(Channels& channels);

  engine::OutputTap* tap() { return tap_ ? &*tap_ : nullptr; }
  engine::Notes* notes() { return &notes_; }

 private:
  LogNotes notes_;
  std::optional<PipeTap> tap_;
};

/// How the hub shows what engines capture.
hub::OutputOptions output_options(const Settings& settings);

}  // namespace farm
