#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
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

/// The chunk whose task prints.
struct Speaker {
  std::uint32_t ticket = wire::no_ticket;
  std::uint16_t attempt = 1;
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
  /// A text that the task of this part prints itself, of at most `most_in_frame` bytes; it leaves
  /// with the next look(), or when there is more of it.
  void print(const Speaker& speaker, const wire::OutputPart& part, std::string_view text);
  /// Sends what is due, while a kernel runs or none. With `full`, the hub has enough to take:
  /// sandboxes have to wait.
  void look(bool full = false);

  static constexpr std::size_t most_in_frame = std::size_t{256} << 10;

 private:
  static constexpr std::uint64_t much = std::uint64_t{1} << 20;

  struct Chunk {
    std::uint32_t ticket = wire::no_ticket;
    std::uint16_t attempt = 1;
    std::uint64_t task = wire::no_task;  // the one that runs
    bool printed = false;
  };

  // One whose tasks print by themselves, and what of that has not been sent.
  struct Printer {
    Speaker speaker;
    Buffer parts;
  };

  void open(const wire::Tasks& header);
  bool shut();
  bool send_notes();
  void send_output();
  Buffer& parts_of(const Speaker& speaker);
  void send_parts(Printer& printer, bool ends);
  void take_note(std::span<const std::byte> note);

  Capture capture_;
  std::function<Buffer()> buffer_;
  std::function<void(Buffer)> send_;
  Publisher publisher_;
  std::uint32_t turn_ = 0;
  bool noted_ = false;                // a sandbox has published since a chunk began
  std::vector<Chunk> chunks_;         // the one that runs is the last; the first: none runs
  std::optional<Speaker> sandboxed_;  // the chunk that runs in a sandbox
  std::vector<Printer> printers_;     // chunks that run, in that order
};

}  // namespace farm::engine
