#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/output_tap.hpp"
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

/// How the hub shows what engines capture.
hub::OutputOptions output_options(const Settings& settings);

}  // namespace farm
