#include "engine/publisher.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "farm/engine.hpp"

namespace farm {

void Engine::progress(double fraction, const std::string& text) {
  if (!publish_) return;
  const double clamped = std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
  publish_({true, clamped, {}, 0, Bytes(std::as_bytes(std::span(text)))});
}

}  // namespace farm

namespace farm::engine {

void Publisher::close() {
  if (chunks_.back().due) send(chunks_.back());
  chunks_.pop_back();
}

void Publisher::publish(TaskId task, int attempt, detail::Publication&& what, std::int64_t now) {
  if (what.value.size() + what.name.size() > most_bytes) {
    throw std::length_error("a published value is larger than 16 MiB");
  }
  const bool first = chunks_.empty() || chunks_.back().depth != depth_;
  if (first || chunks_.back().task != task) {
    if (!first) close();
    Chunk& fresh = chunks_.emplace_back();
    fresh.depth = depth_;
    fresh.task = task;
    fresh.attempt = static_cast<std::uint16_t>(attempt);
    fresh.sent_at = now - every_ns;
  }
  Chunk& chunk = chunks_.back();
  chunk.due = true;
  const auto same = [&](const Value& value) {
    return value.what.progress == what.progress && value.what.name == what.name;
  };
  const auto found = std::ranges::find_if(chunk.values, same);
  Value& value = found == chunk.values.end() ? chunk.values.emplace_back() : *found;
  value = {std::move(what), ++chunk.version, false};
  if (now - chunk.sent_at >= every_ns) {
    send(chunk);
    chunk.sent_at = now;
  }
}

bool Publisher::due() const {
  return std::ranges::any_of(chunks_, [](const Chunk& chunk) { return chunk.due; });
}

void Publisher::look(std::int64_t now) {
  for (Chunk& chunk : chunks_) {
    if (!chunk.due || now - chunk.sent_at < every_ns) continue;
    send(chunk);
    chunk.sent_at = now;
  }
}

void Publisher::send(Chunk& chunk) {
  for (Value& value : chunk.values) {
    if (std::exchange(value.sent, true)) continue;
    wire::Publish header;
    header.progress = value.what.progress;
    header.attempt = chunk.attempt;
    header.task = chunk.task;
    header.version = value.version;
    header.type = value.what.type;
    header.fraction = value.what.fraction;
    header.name_size = static_cast<std::uint32_t>(value.what.name.size());
    send_(header, value.what);
    value.what.value = Bytes();
  }
  chunk.due = false;
}

}  // namespace farm::engine
