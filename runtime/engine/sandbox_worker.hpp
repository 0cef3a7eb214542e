#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/door.hpp"
#include "engine/registry.hpp"
#include "engine/sandbox_order.hpp"
#include "engine/sandbox_voice.hpp"
#include "farm/bytes.hpp"
#include "farm/detail/items.hpp"
#include "farm/engine.hpp"
#include "process/sandbox_child.hpp"

namespace farm::engine {

/// What runs in a sandbox: kernels, for an engine of their own, which has the identity of the one
/// whose sandbox it is and a namespace that lasts as long as the sandbox.
class SandboxWorker {
 public:
  /// `tap` and `notes` as for SandboxVoice.
  SandboxWorker(const Registry& registry, std::string host, process::SandboxChild& child,
                OutputTap* tap = nullptr, Notes* notes = nullptr)
      : registry_(&registry), host_(std::move(host)), child_(&child), voice_(tap, notes) {}

  /// Works for ever.
  [[noreturn]] void work();

 private:
  struct Common {
    Bytes packed;
    std::shared_ptr<const void> unpacked;
  };

  void carry_out(std::span<const std::byte> request);
  void run(const SandboxOrder& order, std::uint32_t i, const detail::ItemsView& items,
           std::span<const std::byte> list);
  void listen();

  const Registry* registry_;
  std::string host_;
  process::SandboxChild* child_;
  std::optional<Engine> self_;  // known with the first request
  std::unordered_map<std::uint32_t, Common> commons_;
  Door door_;
  std::uint64_t kernels_ = 0;  // that ran, for the door
  SandboxVoice voice_;
  Buffer result_;
};

}  // namespace farm::engine
