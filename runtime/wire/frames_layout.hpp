#pragma once

// How headers stand in a frame: the kind, three bytes of padding or of small members, then the
// other members by descending size, as the structs below say. Included by frames.hpp alone.

#include <array>
#include <cstring>

#include "wire/nested_layout.hpp"
#include "wire/plausible.hpp"
#include "wire/spoken_layout.hpp"

namespace farm::wire {

namespace layout {

inline constexpr std::uint8_t setup_flag = 1;
inline constexpr std::uint8_t listed_flag = 2;
inline constexpr std::uint8_t isolated_flag = 4;

struct Small {  // Common, Forget, Group, Go, Leave, Arrived, Native, Retract, Stop
  Kind kind;
  std::array<std::uint8_t, 3> padding;
  std::uint32_t number;
};
struct Tasks {
  Kind kind;
  std::uint8_t flags;
  std::uint16_t attempt;
  std::uint32_t ticket;
  std::uint64_t first;
  std::int64_t limit;
  std::uint32_t count;
  std::uint32_t kernel;
  std::uint32_t common;
  std::uint32_t setup;
  std::uint32_t item_size;
  std::uint32_t group;
  std::uint32_t condition;
  std::uint32_t depth;
};
struct Condition {
  Kind kind;
  std::array<std::uint8_t, 3> padding;
  std::uint32_t number;
  std::uint32_t kernel;
  std::uint32_t common;
};
struct Returned {
  Kind kind;
  Why why;
  std::array<std::uint8_t, 2> padding;
  std::uint32_t ticket;
};
struct Overdue {
  Kind kind;
  std::array<std::uint8_t, 3> padding;
  std::uint32_t ticket;
  std::uint64_t first;
};
struct Transfer {
  Kind kind;
  Move move;
  std::array<std::uint8_t, 2> padding;
  std::uint32_t ticket;
  std::uint64_t first;
  std::uint64_t size;
  std::uint32_t code;
  std::uint32_t group;
};
struct Done {
  Kind kind;
  std::uint8_t said;
  std::uint16_t attempt;
  std::uint32_t ticket;
  std::uint64_t first;
  std::int64_t started;
  std::int64_t run;
  std::uint32_t count;
  std::uint32_t item_size;
};
struct Times {  // Probe, Echo
  Kind kind;
  std::array<std::uint8_t, 7> padding;
  std::int64_t hub_time;
  std::int64_t engine_time;
};
struct Bare {  // Quit
  Kind kind;
  std::array<std::uint8_t, 7> padding;
};
static_assert(sizeof(Small) == 8 && sizeof(Tasks) == 56 && sizeof(Done) == 40);
static_assert(sizeof(Condition) == 16 && sizeof(Returned) == 8 && sizeof(Overdue) == 16);
static_assert(sizeof(Transfer) == 32);
static_assert(sizeof(Times) == 24 && sizeof(Bare) == 8);

inline Small to(const wire::Common& h) { return {h.kind, {}, h.number}; }
inline Small to(const wire::Forget& h) { return {h.kind, {}, h.number}; }
inline Tasks to(const wire::Tasks& h) {
  const auto flags =
      static_cast<std::uint8_t>((h.defines_setup ? setup_flag : 0) | (h.listed ? listed_flag : 0) |
                                (h.isolated ? isolated_flag : 0));
  return {h.kind,   flags,    h.attempt, h.ticket,    number(h.first), h.limit,     h.count,
          h.kernel, h.common, h.setup,   h.item_size, h.group,         h.condition, h.depth};
}
inline Condition to(const wire::Condition& h) { return {h.kind, {}, h.number, h.kernel, h.common}; }
inline Small to(const wire::Retract& h) { return {h.kind, {}, h.number}; }
inline Small to(const wire::Stop& h) { return {h.kind, {}, h.number}; }
inline Returned to(const wire::Returned& h) { return {h.kind, h.why, {}, h.ticket}; }
inline Overdue to(const wire::Overdue& h) { return {h.kind, {}, h.ticket, number(h.first)}; }
inline Small to(const wire::Group& h) { return {h.kind, {}, h.number}; }
inline Small to(const wire::Go& h) { return {h.kind, {}, h.number}; }
inline Small to(const wire::Leave& h) { return {h.kind, {}, h.number}; }
inline Small to(const wire::Arrived& h) { return {h.kind, {}, h.number}; }
inline Small to(const wire::Native& h) { return {h.kind, {}, h.number}; }
inline Transfer to(const wire::Transfer& h) {
  return {h.kind, h.move, {}, h.ticket, number(h.first), h.size, h.code, h.group};
}
inline Times to(const wire::Probe& h) { return {h.kind, {}, h.hub_time, 0}; }
inline Bare to(const wire::Quit& h) { return {h.kind, {}}; }
inline Done to(const wire::Done& h) {
  return {h.kind,    h.said, h.attempt, h.ticket,   number(h.first),
          h.started, h.run,  h.count,   h.item_size};
}
inline Times to(const wire::Echo& h) { return {h.kind, {}, h.hub_time, h.engine_time}; }
inline void from(const Small& l, wire::Common& h) { h.number = l.number; }
inline void from(const Small& l, wire::Forget& h) { h.number = l.number; }
inline void from(const Tasks& l, wire::Tasks& h) {
  h = {(l.flags & setup_flag) != 0,
       (l.flags & listed_flag) != 0,
       (l.flags & isolated_flag) != 0,
       l.attempt,
       l.ticket,
       TaskId{l.first},
       l.limit,
       l.count,
       l.kernel,
       l.common,
       l.setup,
       l.item_size,
       l.group,
       l.condition,
       l.depth};
}
inline void from(const Condition& l, wire::Condition& h) { h = {l.number, l.kernel, l.common}; }
inline void from(const Small& l, wire::Retract& h) { h.number = l.number; }
inline void from(const Small& l, wire::Stop& h) { h.number = l.number; }
inline void from(const Returned& l, wire::Returned& h) { h = {l.why, l.ticket}; }
inline void from(const Overdue& l, wire::Overdue& h) { h = {l.ticket, TaskId{l.first}}; }
inline void from(const Small& l, wire::Group& h) { h.number = l.number; }
inline void from(const Small& l, wire::Go& h) { h.number = l.number; }
inline void from(const Small& l, wire::Leave& h) { h.number = l.number; }
inline void from(const Small& l, wire::Arrived& h) { h.number = l.number; }
inline void from(const Small& l, wire::Native& h) { h.number = l.number; }
inline void from(const Transfer& l, wire::Transfer& h) {
  h = {l.move, l.ticket, TaskId{l.first}, l.size, l.code, l.group};
}
inline void from(const Times& l, wire::Probe& h) { h.hub_time = l.hub_time; }
inline void from(const Bare&, wire::Quit&) {}
inline void from(const Done& l, wire::Done& h) {
  h = {l.said != 0, l.attempt, l.ticket, TaskId{l.first}, l.started, l.run, l.count, l.item_size};
}
inline void from(const Times& l, wire::Echo& h) { h = {l.hub_time, l.engine_time}; }

inline bool plausible(const wire::Tasks& h, std::size_t body) {
  const std::uint64_t list = h.listed ? std::uint64_t{h.count} * 4 : 0;
  return h.limit >= 0 && list <= body && plausible(h.count, h.item_size, body - list);
}
inline bool plausible(const wire::Condition& h, std::size_t body) {
  return h.number != 0 && body == 0;
}
inline bool plausible(const wire::Returned& h, std::size_t body) {
  return body == 0 && (h.why == Why::retracted || h.why == Why::refused);
}
inline bool plausible(const wire::Done& h, std::size_t body) {
  return plausible(h.count, h.item_size, body) && plausible_time(h.started) && h.run >= 0 &&
         plausible_time(h.run);
}
inline bool plausible(const wire::Probe& h, std::size_t body) {
  return body == 0 && plausible_time(h.hub_time);
}
inline bool plausible(const wire::Echo& h, std::size_t body) {
  return body == 0 && plausible_time(h.hub_time) && plausible_time(h.engine_time);
}
inline bool plausible(const wire::Common& h, std::size_t) { return h.number != 0; }
inline bool plausible(const wire::Group& h, std::size_t body) {
  return h.number != 0 && body != 0 && body % 12 == 0;
}
inline bool plausible(const wire::Transfer& h, std::size_t) {
  return h.move >= Move::push && h.move <= Move::gather && h.size < failed_size && h.group != 0;
}
template <class Header>
bool plausible(const Header&, std::size_t body) {
  return body == 0;
}

template <class Header>
using Of = decltype(to(Header()));

}  // namespace layout

template <class Header>
constexpr std::size_t header_size() {
  return sizeof(layout::Of<Header>);
}

template <class Header>
void encode_at(std::byte* frame, const Header& header) {
  const auto laid_out = layout::to(header);
  std::memcpy(frame, &laid_out, sizeof laid_out);
}

template <class Header>
void encode(Buffer& frame, const Header& header) {
  encode_at(frame.extend(header_size<Header>()), header);
}

template <class Header>
Frame<Header> decode(std::span<const std::byte> frame) {
  layout::Of<Header> laid_out;
  if (frame.empty() || frame.front() != static_cast<std::byte>(Header::kind)) {
    throw FrameError("a frame is not of the kind expected");
  }
  if (frame.size() < sizeof laid_out) throw FrameError("a frame's header is cut off");
  std::memcpy(&laid_out, frame.data(), sizeof laid_out);
  Frame<Header> decoded;
  layout::from(laid_out, decoded.header);
  decoded.body = frame.subspan(sizeof laid_out);
  if (!layout::plausible(decoded.header, decoded.body.size())) {
    throw FrameError("a frame's numbers contradict its size");
  }
  return decoded;
}

}  // namespace farm::wire
