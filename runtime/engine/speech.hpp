#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/notes.hpp"
#include "engine/output_tap.hpp"
#include "engine/publisher.hpp"
#include "farm/bytes.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

/// Where what kernels say is caught.
struct Capture {
  OutputTap* tap = nullptr;  ///< null: it is not caught
  bool at_once = false;      ///< it is sent as it comes, and not when the chunk ends
  Notes* notes = nullptr;    ///< what sandboxes publish; null: there are none
};

/// What an engine's kernels say while they run, on its way to the hub. Used by whoever may touch
/// the transport, except for begin_item().
class Speech {
 public:
  /// `buffer` makes an empty frame; `send` takes it to the hub. The tap must outlive the speech.
  Speech(Capture capture, std::function<Buffer()> buffer, std::function<void(Buffer)> send);

  bool captures() const { return capture_.tap != nullptr; }

  /// A chunk begins, on top of the one that runs.
  void begin_chunk(const wire::Tasks& header);
  /// Sends the rest. With `answered`, tells the hub that it is all, if there was anything, and
  /// returns whether there was: then the Done says so.
  bool end_chunk(const wire::Tasks& header, bool answered);
  /// An item begins, for the thread that runs it. Returns whether so much waits that look() should
  /// not.
  bool begin_item(TaskId task);
  void publish(TaskId task, int attempt, detail::Publication&& what);
  /// Sends what is due, while a kernel runs or none.
  void look();

 private:
  static constexpr std::uint64_t much = std::uint64_t{1} << 20;
  static constexpr std::size_t most_in_frame = std::size_t{256} << 10;

  struct Chunk {
    std::uint32_t ticket = wire::no_ticket;
    std::uint16_t attempt = 1;
    std::uint64_t task = wire::no_task;  // the one that runs
    bool printed = false;
  };

  void open(const wire::Tasks& header);
  bool shut();
  bool send_notes();
  void send_output();
  void send_end(const wire::Tasks& header);

  Capture capture_;
  std::function<Buffer()> buffer_;
  std::function<void(Buffer)> send_;
  Publisher publisher_;
  std::uint32_t turn_ = 0;
  bool noted_ = false;         // a sandbox has published since a chunk began
  std::vector<Chunk> chunks_;  // the one that runs is the last; the first: none runs
};

}  // namespace farm::engine
