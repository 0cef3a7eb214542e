#pragma once

// How the headers of nested.hpp stand in a frame, by the rules of frames_layout.hpp.

#include <array>
#include <cstddef>
#include <cstdint>

#include "wire/nested.hpp"
#include "wire/plausible.hpp"

namespace farm::wire::layout {

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

}  // namespace farm::wire::layout
