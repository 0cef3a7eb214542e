#include "engine/sandbox_voice.hpp"

#include <utility>

#include "engine/speech.hpp"
#include "time/clock.hpp"

namespace farm::engine {

namespace {

constexpr std::int64_t pause_ns = 200'000;

}  // namespace

SandboxVoice::SandboxVoice(OutputTap* tap, Notes* notes)
    : tap_(tap), notes_(notes), publisher_([this](wire::Publish header, const auto& what) {
        header.turn = 1;
        Buffer frame;
        wire::encode(frame, header);
        frame.append(what.name.data(), what.name.size());
        frame.append(what.value.data(), what.value.size());
        notes_->add(frame.span());
      }) {
  publisher_.begin_chunk();
}

void SandboxVoice::attach(Engine& self) {
  if (tap_ != nullptr) self.watch_items(this);
  if (notes_ == nullptr) return;
  self.publish_through([this, &self](detail::Publication&& what) {
    const std::lock_guard lock(mutex_);
    publisher_.publish(self.task(), self.attempt(), std::move(what), time::Clock::now());
  });
  self.print_through(
      [this, &self](Stream stream, std::string_view text) { print(self, stream, text); });
}

// The engine takes it now and then, and passes it on.
void SandboxVoice::print(const Engine& self, Stream stream, std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, Speech::most_in_frame);
    while (notes_->waiting() > most_waiting) time::sleep_ns(pause_ns);
    Buffer frame;
    wire::encode(frame, wire::Output{false, static_cast<std::uint16_t>(self.attempt()), 1, 0, 0});
    const wire::OutputPart part{number(self.task()), static_cast<std::uint32_t>(piece.size()),
                                static_cast<std::uint32_t>(stream)};
    frame.append(&part, sizeof part);
    frame.append(piece.data(), piece.size());
    notes_->add(frame.span());
    text.remove_prefix(piece.size());
  }
}

void SandboxVoice::end_item() {
  if (tap_ != nullptr) tap_->begin(wire::no_task);
  const std::lock_guard lock(mutex_);
  publisher_.end_chunk();
  publisher_.begin_chunk();
}

void SandboxVoice::look() {
  const std::lock_guard lock(mutex_);
  if (publisher_.due()) publisher_.look(time::Clock::now());
}

}  // namespace farm::engine
