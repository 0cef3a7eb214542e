// What tasks print by themselves, without going through stdout.

#include <utility>

#include "engine/speech.hpp"

namespace farm::engine {

void Speech::print(const Speaker& speaker, const wire::OutputPart& part, std::string_view text) {
  Buffer& parts = parts_of(speaker);
  parts.append(&part, sizeof part);
  parts.append(text.data(), text.size());
  if (parts.size() >= most_in_frame) send_parts(printers_.back(), false);
}

Buffer& Speech::parts_of(const Speaker& speaker) {
  if (printers_.empty() || printers_.back().speaker.ticket != speaker.ticket) {
    printers_.push_back({speaker, {}});
  }
  return printers_.back().parts;
}

void Speech::send_parts(Printer& printer, bool ends) {
  Buffer frame = buffer_();
  const Speaker& speaker = printer.speaker;
  wire::encode(frame, wire::Output{ends, speaker.attempt, ++turn_, speaker.ticket, 0});
  frame.append(printer.parts.data(), printer.parts.size());
  printer.parts.clear();
  send_(std::move(frame));
}

// Returns whether there were any.
bool Speech::send_notes() {
  if (capture_.notes == nullptr || !capture_.notes->any()) return false;
  for (const std::vector<std::byte>& note : capture_.notes->take()) take_note(note);
  return true;
}

void Speech::take_note(std::span<const std::byte> note) {
  if (wire::kind_of(note) == wire::Kind::output) {
    // What a kernel has left running may print on, of no task any more.
    if (!sandboxed_) return;
    const auto output = wire::decode<wire::Output>(note);
    Buffer& parts = parts_of(*sandboxed_);
    parts.append(output.body.data(), output.body.size());
    if (parts.size() >= most_in_frame) send_parts(printers_.back(), false);
    return;
  }
  const auto publish = wire::decode<wire::Publish>(note);
  wire::Publish header = publish.header;
  header.turn = ++turn_;
  Buffer frame = buffer_();
  wire::encode(frame, header);
  frame.append(publish.body.data(), publish.body.size());
  send_(std::move(frame));
}

}  // namespace farm::engine
