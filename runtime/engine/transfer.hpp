#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "farm/bytes.hpp"
#include "farm/detail/kernel_entry.hpp"
#include "farm/engine.hpp"
#include "transport/group.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

/// An engine's part in a collective call: the mirror image of hub::Transfers. Nothing here waits.
/// Whatever goes wrong with its own data, an engine takes its part, because the others wait for it.
class Transfer {
 public:
  /// Tells of its failure to the hub by what failure() returns at the end.
  Transfer(const detail::KernelEntry& code, Engine& self, transport::EngineGroup& group,
           const wire::Frame<wire::Transfer>& frame);

  /// Moves it on. Returns whether anything happened.
  bool advance();
  bool over() const { return stage_ == Stage::over; }
  /// Whether data may be on its way.
  bool flows() const { return stage_ == Stage::moving || stage_ == Stage::giving; }

  const wire::Transfer& header() const { return header_; }
  /// The error, packed; nothing if all went well.
  const std::optional<Bytes>& failure() const { return failure_; }

 private:
  enum class Stage : std::uint8_t { arriving, moving, reporting, giving, over };

  bool gives() const { return header_.move == wire::Move::gather; }
  void make_room();
  void say(std::uint64_t word, Stage next);
  void report();
  template <class Step>
  void attempt(Step&& step);

  wire::Transfer header_;
  transport::EngineGroup* group_;
  std::unique_ptr<detail::EngineMove> move_;
  std::unique_ptr<transport::Operation> operation_;
  std::span<std::byte> into_;
  std::span<const std::byte> given_;
  Buffer scratch_;  // for bytes that come although nobody wants them any more
  std::uint64_t word_ = 0;
  std::optional<Bytes> failure_;
  Stage stage_ = Stage::arriving;
};

}  // namespace farm::engine
