// What kernels say while they run.

#include "farm/detail/kernel_entry.hpp"
#include "hub/hub.hpp"
#include "records/journal.hpp"

namespace farm::hub {

bool Hub::receive_word(transport::Peer from, wire::Kind kind, std::span<const std::byte> frame) {
  std::uint32_t turn = 0;
  if (kind == wire::Kind::output) {
    turn = wire::decode<wire::Output>(frame).header.turn;
  } else if (kind == wire::Kind::publish) {
    turn = wire::decode<wire::Publish>(frame).header.turn;
  } else {
    return false;
  }
  if (!words_.comes_next(from, turn, frame)) return true;
  hear(from, frame);
  while (const std::optional<Bytes> next = words_.next(from)) hear(from, next->span());
  return true;
}

void Hub::hear(transport::Peer from, std::span<const std::byte> frame) {
  if (wire::kind_of(frame) == wire::Kind::output) {
    return hear_output(from, wire::decode<wire::Output>(frame));
  }
  const auto publish = wire::decode<wire::Publish>(frame);
  if (find(publish.header.task) != nullptr) published_.add(publish.header, publish.body);
}

void Hub::hear_output(transport::Peer from, const wire::Frame<wire::Output>& output) {
  const EngineId engine = members_[member_by_peer_[static_cast<std::size_t>(from)]].info.id;
  const Writer writer{engine, output.header.ticket, output.header.attempt};
  wire::each_output(
      output.body, [&](const wire::OutputPart& part, std::span<const std::byte> bytes) {
        hear_part(writer, {TaskId{part.task},
                           engine,
                           writer.attempt,
                           static_cast<Stream>(part.stream),
                           {reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
      });
  outputs_.add_dropped(engine, output.header.dropped);
  if (!output.header.ends) return;
  outputs_.end(engine, output.header.ticket);
  watch_.end(engine, output.header.ticket);
  if (const auto done = words_.end(from, output.header.ticket)) receive_done(from, done->span());
}

void Hub::hear_part(const Writer& writer, const OutputPiece& piece) {
  const auto stream = static_cast<std::uint32_t>(piece.stream);
  const Batch* batch = number(piece.task) == wire::no_task ? nullptr : find(piece.task);
  if (batch == nullptr) return outputs_.add_other(piece.engine, stream, piece.text);
  if (journal_ != nullptr) {
    const std::string_view text = watch_.on() ? watch_.recorded(piece, writer.ticket) : piece.text;
    const bool out = piece.stream == Stream::out;
    if (!text.empty()) journal_->output(number(piece.task), out ? text : "", out ? "" : text);
  }
  if (watch_.on()) return watch_.hand(piece);
  outputs_.add(writer, piece.task, stream, piece.text,
               [batch] { return detail::readable_name(*batch->kernel); });
}

double Hub::fraction(const Batch& batch) const {
  if (batch.settled()) return 1;
  double done = batch.results ? static_cast<double>(batch.results->progress().settled) : 0;
  published_.each_fraction(batch.first, batch.count, [&](TaskId task, double fraction) {
    const std::uint64_t i = number(task) - number(batch.first);
    if (!batch.results || !batch.results->settled(i)) done += fraction;
  });
  return done / static_cast<double>(batch.count);
}

}  // namespace farm::hub
