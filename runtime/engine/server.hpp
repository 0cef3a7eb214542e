#pragma once

#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "engine/groups.hpp"
#include "engine/registry.hpp"
#include "engine/session.hpp"
#include "engine/transfer.hpp"
#include "farm/bytes.hpp"
#include "farm/detail/items.hpp"
#include "farm/engine.hpp"
#include "time/clock.hpp"
#include "transport/transport.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

/// An engine: receives chunks of tasks, runs them, answers. The mirror image of the hub's loop.
class Server final : private transport::Sink, private Loop {
 public:
  /// `hub` is the hub's number in the transport; `silence` is how it waits. What it refers to must
  /// outlive the server. `defaults`: options of views that kernels make.
  Server(const Registry& registry, Engine& self, transport::Transport& transport,
         transport::Peer hub, time::Silence silence, TaskOptions defaults = {});
  ~Server();

  /// Serves until the hub says Quit. Throws FrameError if the hub speaks another language.
  void serve();

  /// One step of serve: handles what has arrived. Returns whether anything happened.
  bool step();
  bool quit() const { return quit_; }

 private:
  static constexpr std::uint32_t turns_per_look = 16;

  // Common arguments as they came, and unpacked by the first kernel that wanted them.
  struct Common {
    Bytes packed;
    std::shared_ptr<const void> unpacked;
  };

  void deliver(transport::Peer from, std::span<const std::byte> frame) override;
  void take(std::span<const std::byte> frame);
  void take_group(std::span<const std::byte> frame);
  // What the session needs, in helping.cpp.
  void enter() override;
  void leave() override;
  Buffer buffer() override { return transport_->buffer(); }
  void send(Buffer frame) override { transport_->send(hub_, std::move(frame)); }
  bool hear() override;
  bool help(std::uint32_t depth) override;
  bool help_out(std::uint32_t depth);
  bool take_waiting(std::uint32_t depth);
  void run_aside(Bytes frame);
  std::optional<Bytes> next_postponed(std::uint32_t depth);

  bool held_up() const override { return groups_.waiting() || transfer_ != nullptr; }
  bool move_on();
  void end_transfer();
  void run(const wire::Frame<wire::Tasks>& tasks);
  void run_items(const wire::Tasks& header, detail::ItemsView items, detail::ItemsBuilder& replies);

  const Registry* registry_;
  Engine* self_;
  transport::Transport* transport_;
  transport::Peer hub_;
  time::Silence silence_;
  Groups groups_;
  std::unique_ptr<Transfer> transfer_;  // under way; other work waits for it
  std::unordered_map<std::uint32_t, Common> commons_;
  std::unordered_map<std::uint32_t, bool> setups_;  // by number: whether it succeeded
  std::deque<Bytes> waiting_;                       // frames put aside, in their order
  // Chunks by depth that came before those in waiting_, and are not deep enough for a kernel that
  // waits.
  std::map<std::uint32_t, std::deque<Bytes>> postponed_;
  bool hearing_ = false;  // what arrives is put aside
  std::shared_ptr<EngineSession> session_;
  std::exception_ptr broken_;  // why the engine cannot go on, met while a kernel ran
  bool quit_ = false;
  std::uint32_t turns_ = 0;  // spent in collective calls
};

}  // namespace farm::engine
