#include "engine/sandbox_voice.hpp"

#include <utility>

#include "time/clock.hpp"

namespace farm::engine {

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
