#pragma once

// How the headers of spoken.hpp stand in a frame, by the rules of frames_layout.hpp.

#include <array>
#include <cstddef>
#include <cstdint>

#include "wire/spoken.hpp"

namespace farm::wire::layout {

struct Output {
  Kind kind;
  std::uint8_t ends;
  std::uint16_t attempt;
  std::uint32_t turn;
  std::uint32_t ticket;
  std::uint32_t padding;
  std::uint64_t dropped;
};
struct Publish {
  Kind kind;
  std::uint8_t progress;
  std::uint16_t attempt;
  std::uint32_t turn;
  std::uint64_t task;
  std::uint64_t version;
  std::uint64_t type;
  double fraction;
  std::uint32_t name_size;
  std::uint32_t padding;
};
static_assert(sizeof(Output) == 24 && sizeof(Publish) == 48 && sizeof(wire::OutputPart) == 16);

inline Output to(const wire::Output& h) {
  return {h.kind, h.ends, h.attempt, h.turn, h.ticket, 0, h.dropped};
}
inline Publish to(const wire::Publish& h) {
  return {h.kind,    h.progress, h.attempt,  h.turn,      number(h.task),
          h.version, h.type,     h.fraction, h.name_size, 0};
}

inline void from(const Output& l, wire::Output& h) {
  h = {l.ends != 0, l.attempt, l.turn, l.ticket, l.dropped};
}
inline void from(const Publish& l, wire::Publish& h) {
  h = {l.progress != 0, l.attempt, l.turn,     TaskId{l.task},
       l.version,       l.type,    l.fraction, l.name_size};
}

inline bool plausible(const wire::Output& h, std::size_t) { return h.turn != 0; }
inline bool plausible(const wire::Publish& h, std::size_t body) {
  if (h.turn == 0 || h.version == 0 || h.name_size > body) return false;
  // False for what is no number, too.
  return h.fraction >= 0 && h.fraction <= 1;
}

}  // namespace farm::wire::layout
