#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "engine/sandbox_order.hpp"
#include "farm/bytes.hpp"
#include "farm/detail/items.hpp"
#include "farm/detail/stop_point.hpp"
#include "process/sandbox.hpp"

namespace farm::engine {

/// Runs chunks in an engine's sandbox, and in a new one when that has died. An item that ended its
/// sandbox has that as its error; those before it keep their results, those after it run.
class Isolation {
 public:
  /// Who the kernels shall think that they run on.
  struct Identity {
    std::int32_t engine = 0;
    std::int32_t engines = 0;
    std::uint64_t seed = 0;
  };
  /// A chunk, as Server takes it from a frame.
  struct Chunk {
    int attempt = 1;
    std::int64_t limit = 0;
    TaskId first{};
    std::uint32_t kernel = 0;
    std::uint32_t common = 0;
    std::span<const std::byte> common_bytes;
    std::uint32_t count = 0;
    std::size_t item_size = 0;
    std::span<const std::byte> items;
    std::span<const std::byte> list;
    std::uint32_t setup = 0;  ///< that the sandbox must have been through; 0: none
  };

  /// `looks` as for process::Sandbox. `grace_ns`: how long a kernel may go on that was asked to
  /// stop, before its sandbox is killed; one that is past its limit is given a tenth of that limit,
  /// but at least 50 ms and at most the grace. The server must outlive it.
  Isolation(process::ForkServer& server, const Identity& identity, int looks,
            std::int64_t grace_ns);

  /// Runs the chunk, and writes a result or an error for each item. `listen` is called now and then
  /// meanwhile; `stop` tells whether the chunk shall end. Says what the errors are, throws none.
  void run(const Chunk& chunk, detail::ItemsBuilder& replies, detail::StopPoint& stop,
           const std::function<void()>& listen);
  /// The chunk was that setup, and succeeded. Every new sandbox runs it before what needs it.
  void remember(std::uint32_t setup, const Chunk& chunk);
  /// These common arguments are not needed any more.
  void forget(std::uint32_t common);

 private:
  class Watch;
  struct Run;
  struct Setup {
    Chunk chunk;
    Bytes common;
    Bytes items;
  };

  void prepare();
  std::optional<std::string> set_up_fails(std::uint32_t setup, detail::StopPoint& stop,
                                          const std::function<void()>& listen);
  bool hand_over(const Chunk& chunk, std::uint32_t from);
  void write_request(const Chunk& chunk, std::uint32_t from);
  void collect(Run& run);
  void settle_death(Run& run, const Watch& watch);

  process::Sandbox sandbox_;
  Identity identity_;
  int looks_;
  std::int64_t grace_ns_;
  std::size_t request_size_ = 0;
  std::set<std::uint32_t> brought_;  // common arguments that the sandbox has
  std::vector<std::uint32_t> forgotten_;
  std::map<std::uint32_t, Setup> setups_;
  std::set<std::uint32_t> set_up_;  // those that the sandbox has been through
};

}  // namespace farm::engine
