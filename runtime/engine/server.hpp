#pragma once

#include <deque>
#include <memory>
#include <unordered_map>

#include "engine/registry.hpp"
#include "farm/bytes.hpp"
#include "farm/detail/items.hpp"
#include "farm/engine.hpp"
#include "time/clock.hpp"
#include "transport/transport.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

/// An engine: receives chunks of tasks, runs them, answers. The mirror image of the hub's loop.
class Server final : private transport::Sink {
 public:
  /// `hub` is the hub's number in the transport. All three must outlive the server.
  Server(const Registry& registry, Engine& self, transport::Transport& transport,
         transport::Peer hub)
      : registry_(&registry), self_(&self), transport_(&transport), hub_(hub) {}

  /// Serves until the hub says Quit. Throws FrameError if the hub speaks another language.
  void serve(time::Silence silence);

  /// One step of serve: handles what has arrived. Returns whether anything happened.
  bool step();
  bool quit() const { return quit_; }

 private:
  // Common arguments as they came, and unpacked by the first kernel that wanted them.
  struct Common {
    Bytes packed;
    std::shared_ptr<const void> unpacked;
  };

  void deliver(transport::Peer from, std::span<const std::byte> frame) override;
  void take(std::span<const std::byte> frame);
  void run(const wire::Frame<wire::Tasks>& tasks);
  void run_items(const wire::Tasks& header, detail::ItemsView items, detail::ItemsBuilder& replies);

  const Registry* registry_;
  Engine* self_;
  transport::Transport* transport_;
  transport::Peer hub_;
  std::unordered_map<std::uint32_t, Common> commons_;
  std::unordered_map<std::uint32_t, bool> setups_;  // by number: whether it succeeded
  std::deque<Bytes> waiting_;                       // frames put aside, in their order
  bool quit_ = false;
};

}  // namespace farm::engine
