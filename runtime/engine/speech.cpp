#include "engine/speech.hpp"

#include <algorithm>
#include <utility>

#include "time/clock.hpp"

namespace farm::engine {

Speech::Speech(Capture capture, std::function<Buffer()> buffer, std::function<void(Buffer)> send)
    : capture_(capture),
      buffer_(std::move(buffer)),
      send_(std::move(send)),
      publisher_([this](wire::Publish header, const detail::Publication& what) {
        header.turn = ++turn_;
        Buffer frame = buffer_();
        wire::encode(frame, header);
        frame.append(what.name.data(), what.name.size());
        frame.append(what.value.data(), what.value.size());
        send_(std::move(frame));
      }),
      chunks_(1) {}

void Speech::begin_chunk(const wire::Tasks& header) {
  publisher_.begin_chunk();
  noted_ = false;
  if (header.isolated) sandboxed_ = {header.ticket, header.attempt};
  if (captures()) open(header);
}

void Speech::open(const wire::Tasks& header) {
  // What waits is of the chunk that is interrupted, or of none.
  if (capture_.tap->waiting() != 0) send_output();
  // A sandbox has its own streams.
  if (chunks_.size() == 1 && !header.isolated) capture_.tap->open();
  chunks_.push_back({header.ticket, header.attempt, wire::no_task, false});
}

bool Speech::end_chunk(const wire::Tasks& header, bool answered) {
  bool said = publisher_.end_chunk();
  if (header.isolated && (send_notes() || noted_)) said = true;
  if (header.isolated) sandboxed_.reset();
  if (captures() && shut()) said = true;
  const bool printed = !printers_.empty() && printers_.back().speaker.ticket == header.ticket;
  if (!said && !printed) return false;
  if (!printed) printers_.push_back({{header.ticket, header.attempt}, buffer_()});
  // The last word of the chunk has what is left of it.
  if (answered || printers_.back().parts.size() != 0) send_parts(printers_.back(), answered);
  printers_.pop_back();
  return answered;
}

// Sends all of the chunk. Returns whether there was anything.
bool Speech::shut() {
  capture_.tap->begin(chunks_[chunks_.size() - 2].task);
  if (chunks_.size() == 2) capture_.tap->shut();
  if (capture_.tap->waiting() != 0) send_output();
  const bool printed = chunks_.back().printed;
  chunks_.pop_back();
  return printed;
}

bool Speech::begin_item(TaskId task) {
  chunks_.back().task = number(task);
  capture_.tap->begin(number(task));
  return capture_.tap->waiting() > much;
}

void Speech::publish(TaskId task, int attempt, detail::Publication&& what) {
  publisher_.publish(task, attempt, std::move(what), time::Clock::now());
}

void Speech::look(bool full) {
  if (publisher_.due()) publisher_.look(time::Clock::now());
  if (!full && send_notes()) noted_ = true;
  for (Printer& printer : printers_) {
    if (printer.parts.size() != 0) send_parts(printer, false);
  }
  if (!captures()) return;
  const std::uint64_t waiting = capture_.tap->waiting();
  const bool at_once = capture_.at_once || chunks_.size() == 1;
  if (waiting > (at_once ? 0 : much)) send_output();
}

// What waits now, and not what comes meanwhile.
void Speech::send_output() {
  Chunk& chunk = chunks_.back();
  chunk.printed = true;
  for (std::uint64_t left = capture_.tap->waiting(); left != 0;) {
    wire::Output header;
    header.attempt = chunk.attempt;
    header.turn = ++turn_;
    header.ticket = chunk.ticket;
    Buffer frame = buffer_();
    frame.extend(wire::header_size<wire::Output>());
    capture_.tap->take(frame, most_in_frame);
    header.dropped = capture_.tap->take_dropped();
    left -= std::min<std::uint64_t>(left, frame.size() - wire::header_size<wire::Output>());
    wire::encode_at(frame.data(), header);
    send_(std::move(frame));
  }
}

}  // namespace farm::engine
