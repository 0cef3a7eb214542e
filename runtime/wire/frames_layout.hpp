#pragma once

// How headers stand in a frame: the kind, three bytes of padding or of small members, then the
// other members by descending size, as the structs below say. Included by frames.hpp alone.

#include <array>
#include <cstring>
#include <string>

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
  std::uint8_t padding;
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
struct Spawn {
  Kind kind;
  std::uint8_t scheme;
  std::uint8_t order;
  std::uint8_t isolated;
  std::uint32_t number;
  std::uint32_t ticket;
  std::uint32_t depth;
  std::uint32_t kernel;
  std::uint32_t common;
  std::uint32_t item_size;
  std::int32_t priority;
  std::int32_t retries;
  std::uint32_t padding_again;
  std::uint64_t common_size;
  std::uint64_t count;
  std::int64_t chunk;
  std::int64_t hwm;
  double backoff;
  double timeout;
  double run_limit;
  double weight;
};
struct Flagged {  // Cancel, Release
  Kind kind;
  std::uint8_t flag;
  std::array<std::uint8_t, 2> padding;
  std::uint32_t number;
};
struct Waits {
  Kind kind;
  std::array<std::uint8_t, 3> padding;
  std::uint32_t turn;
  std::uint32_t depth;
};
struct Numbers {  // Accepted, Cancelled
  Kind kind;
  std::array<std::uint8_t, 3> padding;
  std::uint32_t number;
  std::uint64_t amount;
};
struct Settled {
  Kind kind;
  Ended ended;
  std::uint8_t attempt;
  std::uint8_t host_size;
  std::uint32_t number;
  std::uint64_t first;
  std::int64_t age;
  std::int64_t run;
  std::uint32_t count;
  std::int32_t engine;
  std::uint32_t item_size;
  std::uint32_t padding;
};
static_assert(sizeof(Spawn) == 104 && sizeof(Flagged) == 8 && sizeof(Waits) == 12);
static_assert(sizeof(Numbers) == 16 && sizeof(Settled) == 48);
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
  return {h.kind, 0, h.attempt, h.ticket, number(h.first), h.started, h.run, h.count, h.item_size};
}
inline Times to(const wire::Echo& h) { return {h.kind, {}, h.hub_time, h.engine_time}; }
inline Spawn to(const wire::Spawn& h) {
  const wire::SpawnOptions& o = h.options;
  return {h.kind,   o.scheme, o.order,     o.isolated, h.number,  h.ticket,    h.depth,
          h.kernel, h.common, h.item_size, o.priority, o.retries, 0,           h.common_size,
          h.count,  o.chunk,  o.hwm,       o.backoff,  o.timeout, o.run_limit, o.weight};
}
inline Waits to(const wire::Waits& h) { return {h.kind, {}, h.turn, h.depth}; }
inline Flagged to(const wire::Cancel& h) { return {h.kind, h.stop, {}, h.number}; }
inline Flagged to(const wire::Release& h) { return {h.kind, h.noticed, {}, h.number}; }
inline Numbers to(const wire::Accepted& h) { return {h.kind, {}, h.number, number(h.first)}; }
inline Numbers to(const wire::Cancelled& h) { return {h.kind, {}, h.number, h.count}; }
inline Settled to(const wire::Settled& h) {
  return {h.kind, h.ended, h.attempt, h.host_size, h.number,    h.first,
          h.age,  h.run,   h.count,   h.engine,    h.item_size, 0};
}

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
  h = {l.attempt, l.ticket, TaskId{l.first}, l.started, l.run, l.count, l.item_size};
}
inline void from(const Times& l, wire::Echo& h) { h = {l.hub_time, l.engine_time}; }
inline void from(const Spawn& l, wire::Spawn& h) {
  h = {l.number, l.ticket, l.depth, l.kernel, l.common, l.item_size, l.common_size, l.count, {}};
  h.options = {l.chunk,    l.hwm,     l.backoff, l.timeout, l.run_limit,    l.weight,
               l.priority, l.retries, l.scheme,  l.order,   l.isolated != 0};
}
inline void from(const Waits& l, wire::Waits& h) { h = {l.turn, l.depth}; }
inline void from(const Flagged& l, wire::Cancel& h) { h = {l.flag != 0, l.number}; }
inline void from(const Flagged& l, wire::Release& h) { h = {l.flag != 0, l.number}; }
inline void from(const Numbers& l, wire::Accepted& h) { h = {l.number, TaskId{l.amount}}; }
inline void from(const Numbers& l, wire::Cancelled& h) { h = {l.number, l.amount}; }
inline void from(const Settled& l, wire::Settled& h) {
  h = {l.ended, l.attempt, l.host_size, l.number, l.first,
       l.age,   l.run,     l.count,     l.engine, l.item_size};
}

template <class Header>
using Of = decltype(to(Header()));

/// Whether so many items can stand in a body of this size.
constexpr bool plausible(std::uint64_t count, std::uint32_t item_size, std::size_t body) {
  if (count == 0) return false;
  if (item_size == variable_item) return count <= body / 8;
  return count * item_size == body;
}

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
/// Whether a reading of a clock in ns lies within a century, so that sums of two do not overflow.
constexpr bool plausible_time(std::int64_t ns) {
  constexpr std::int64_t century = std::int64_t{1} << 62;
  return -century < ns && ns < century;
}

inline bool plausible(const wire::Done& h, std::size_t body) {
  return plausible(h.count, h.item_size, body) && plausible_time(h.started) && h.run >= 0 &&
         plausible_time(h.run);
}
inline bool plausible(const wire::SpawnOptions& o) {
  // Comparisons with what is no number are false.
  return o.chunk > first_scheme - chunk_schemes && o.chunk != 0 && o.hwm >= -1 && o.backoff >= 0 &&
         o.timeout >= -1 && o.run_limit >= -1 && o.weight > 0 && o.retries >= 0;
}
inline bool plausible(const wire::Spawn& h, std::size_t body) {
  constexpr std::uint64_t most_items = std::uint64_t{1} << 32;
  if (h.number == 0 || h.depth == 0 || h.depth >= depth_limit || h.count > most_items) return false;
  if (h.common_size > body || (h.common == 0 && h.common_size != 0)) return false;
  return plausible(h.count, h.item_size, body - h.common_size) && plausible(h.options);
}
inline bool plausible(const wire::Settled& h, std::size_t body) {
  if (h.host_size > body || h.count == 0 || h.age < 0 || !plausible_time(h.age)) return false;
  if (h.run < 0 || !plausible_time(h.run) || h.first > ~std::uint64_t{0} - h.count) return false;
  const std::size_t rest = body - h.host_size;
  switch (h.ended) {
    case Ended::with_results:
      return plausible(h.count, h.item_size, rest);
    case Ended::cancelled:
      return rest == 0;
    case Ended::with_one_error:
      return rest != 0;
  }
  return false;
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
