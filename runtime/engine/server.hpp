#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/deaths.hpp"
#include "engine/door.hpp"
#include "engine/groups.hpp"
#include "engine/isolation.hpp"
#include "engine/registry.hpp"
#include "engine/session.hpp"
#include "engine/speech.hpp"
#include "engine/transfer.hpp"
#include "engine/waiting.hpp"
#include "farm/bytes.hpp"
#include "farm/detail/item_watch.hpp"
#include "farm/detail/items.hpp"
#include "farm/engine.hpp"
#include "time/clock.hpp"
#include "transport/transport.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

/// How an engine hears of the hub while a kernel runs, and of the other engines.
struct Hearing {
  /// Whether serve() has a thread for it. Needs a transport that may be used by several threads,
  /// one at a time.
  bool listener = false;
  /// How long a kernel may go on that was asked to stop because of its limit, before the hub is
  /// told.
  std::int64_t grace_ns = 10'000'000'000;
  /// Which engines are known to be dead; null where nobody tells. Must outlive the server.
  const Deaths* deaths = nullptr;
  /// Where what kernels say is caught.
  Capture capture = {};
};

/// An engine: receives chunks of tasks, runs them, answers. The mirror image of the hub's loop.
class Server final : private transport::Sink,
                     private detail::StopPoint::Ear,
                     private detail::ItemWatch,
                     private Loop {
 public:
  /// `hub` is the hub's number in the transport; `silence` is how it waits. What it refers to must
  /// outlive the server. `defaults`: options of views that kernels make.
  Server(const Registry& registry, Engine& self, transport::Transport& transport,
         transport::Peer hub, time::Silence silence, Hearing hearing = {},
         TaskOptions defaults = {});
  ~Server();

  /// From now on chunks that want it run in a sandbox; without this they end with an error.
  void isolate(std::unique_ptr<Isolation> isolation) { isolation_ = std::move(isolation); }

  /// Serves until the hub says Quit. Throws FrameError if the hub speaks another language.
  void serve();

  /// One step of serve: handles what has arrived. Returns whether anything happened.
  bool step();
  bool quit() const { return quit_; }

 private:
  static constexpr std::uint32_t turns_per_look = 16;
  static constexpr std::int64_t long_run_ns = 20'000;
  static constexpr std::size_t most_put_aside = std::size_t{64} << 10;
  static constexpr std::size_t most_unheard = std::size_t{1} << 20;
  static constexpr int looks_ahead = 64;
  static constexpr std::int64_t listen_every_ns = 50'000;

  // Common arguments as they came, and unpacked by the first kernel that wanted them.
  struct Common {
    Bytes packed;
    std::shared_ptr<const void> unpacked;
  };
  // A chunk that runs, for whoever hears the hub meanwhile.
  struct Running {
    std::uint32_t ticket = 0;
    TaskId first{};
    bool listened = false;  // by the listener
    bool limited = false;
    bool overdue = false;            // and the hub has been told
    bool stopped = false;            // while it was interrupted
    std::uint64_t kernel = 0;        // for the door; 0: none runs, or it has to stay shut
    int entered = 0;                 // calls of the session that the kernel is in
    Running* interrupted = nullptr;  // the chunk on top of which it runs
  };
  class Chunk;
  class Kernel;

  void deliver(transport::Peer from, std::span<const std::byte> frame) override;
  bool puts_aside(std::span<const std::byte> frame) const;
  void take(std::span<const std::byte> frame, bool stopped);
  void take_group(std::span<const std::byte> frame);
  // What the session needs, in helping.cpp.
  void enter() override;
  void leave() override;
  Buffer buffer() override { return transport_->buffer(); }
  void send(Buffer frame) override { transport_->send(hub_, std::move(frame)); }
  bool hear() override;
  bool help(std::uint32_t depth) override;
  bool help_out(std::uint32_t depth);
  void check_stop() override { self_->stop_point().heed(); }
  void run_aside(const Waiting::Frame& frame);
  bool give_words();
  // What kernels say, in saying.cpp.
  void begin(TaskId task) override;
  void publish(detail::Publication&& what);
  void print(Stream stream, std::string_view text);
  bool full() const { return transport_->backlog(hub_) > most_unheard; }

  bool held_up() const override { return groups_.waiting() || transfer_ != nullptr; }
  bool move_on();
  void end_transfer();
  void give_up_transfer();

  template <class Header>
  void say(const Header& header) {
    Buffer frame = transport_->buffer();
    wire::encode(frame, header);
    transport_->send(hub_, std::move(frame));
  }
  Buffer done_frame();
  void answer(const wire::Tasks& header, Buffer& frame, detail::ItemsBuilder& replies,
              std::int64_t started, std::int64_t run, bool said = false);
  void abort_chunk(const wire::Tasks& header);

  void run(const wire::Frame<wire::Tasks>& tasks, bool stopped);
  enum class Outcome { ran, refused };
  Outcome run_items(const wire::Tasks& header, detail::ItemsView items,
                    std::span<const std::byte> list, detail::ItemsBuilder& replies);
  bool meets(const wire::Tasks& header, detail::ItemsBuilder& replies);
  void call_isolated(const wire::Tasks& header, detail::ItemsView items,
                     std::span<const std::byte> list, detail::ItemsBuilder& replies);
  void call(std::uint32_t kernel, TaskId first, detail::ItemsView items,
            std::span<const std::byte> list, std::uint32_t common, detail::ItemsBuilder& replies);

  // While a kernel runs.
  void listen() override;
  void look() noexcept;
  void give_back(std::uint32_t ticket);
  void stop(std::uint32_t ticket);
  void watch_limit();

  const Registry* registry_;
  Engine* self_;
  transport::Transport* transport_;
  transport::Peer hub_;
  time::Silence silence_;
  Groups groups_;
  std::unique_ptr<Transfer> transfer_;  // under way; other work waits for it
  std::vector<std::unique_ptr<Transfer>> given_up_;
  std::unordered_map<std::uint32_t, Common> commons_;
  std::unordered_map<std::uint32_t, bool> setups_;  // by number: whether it succeeded
  std::unordered_map<std::uint32_t, wire::Condition> conditions_;
  Waiting waiting_;
  std::unique_ptr<Isolation> isolation_;
  std::deque<Bytes> words_;  // for the session, heard while a kernel may be using it
  std::shared_ptr<EngineSession> session_;
  bool quit_ = false;
  bool long_runs_ = false;   // the last chunk was one
  std::uint32_t turns_ = 0;  // spent in collective calls

  Hearing hearing_;
  Speech speech_;
  Door door_;
  bool listener_ = false;       // there is one
  std::uint64_t kernels_ = 0;   // that ran, for the door
  Running* running_ = nullptr;  // the chunk on top
  bool looking_ = false;        // while a kernel may be using the session
  std::exception_ptr trouble_;  // met while a kernel ran
  std::int64_t listened_ = 0;   // when a kernel did it last
};

}  // namespace farm::engine
