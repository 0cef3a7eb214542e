#pragma once

#include <memory>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "farm/detail/moves.hpp"
#include "farm/detail/session.hpp"
#include "farm/partition.hpp"

namespace farm::detail {

/// Data below this size is copied, so that calls with little data never refer to the caller's.
inline constexpr std::size_t borrowed_bytes = std::size_t{64} << 10;

template <class Verb, class... Ts>
Collective collective(Collective::Move move, const std::vector<EngineId>& targets,
                      const MoveRequest& request) {
  Collective call;
  call.move = move;
  call.code = &MoveCode<Verb, Ts...>::entry;
  call.targets = targets;
  Writer writer(call.request);
  pack(writer, request);
  return call;
}

/// The call carries these bytes of an owner that it keeps.
template <class Owner>
void carry(Collective& call, std::shared_ptr<Owner> owner, std::span<const std::byte> bytes) {
  call.data = bytes;
  call.owner = std::move(owner);
}
inline void carry(Collective& call, Buffer&& buffer) {
  auto owner = std::make_shared<Buffer>(std::move(buffer));
  carry(call, owner, owner->span());
}
inline void carry_copy(Collective& call, std::span<const std::byte> bytes) {
  Buffer copy;
  copy.append(bytes.data(), bytes.size());
  carry(call, std::move(copy));
}

/// The call carries a value in its bulk form: a temporary is kept; a named block of some size is
/// referred to.
template <class T, class Given>
void carry_value(Collective& call, Given&& given) {
  if constexpr (BulkBlock<T> && std::is_same_v<std::remove_cvref_t<Given>, T>) {
    if constexpr (!std::is_lvalue_reference_v<Given> && !std::is_const_v<Given>) {
      auto owner = std::make_shared<T>(std::forward<Given>(given));
      const BulkOut<T> out(*owner);
      carry(call, owner, out.bytes());
    } else {
      const BulkOut<T> out(given);
      if (out.bytes().size() < borrowed_bytes) return carry_copy(call, out.bytes());
      call.data = out.bytes();
      call.borrowed = true;
    }
  } else if constexpr (std::is_same_v<std::remove_cvref_t<Given>, T>) {
    BulkOut<T> out(given);
    if constexpr (BulkBlock<T> || BulkValue<T>) {
      carry_copy(call, out.bytes());
    } else {
      carry(call, std::move(out.packed()));
    }
  } else {
    carry_value<T>(call, T(std::forward<Given>(given)));
  }
}

/// Sizes in bytes of the parts of n units.
inline std::vector<std::uint64_t> part_sizes(std::size_t n, std::size_t targets, std::size_t unit) {
  std::vector<std::uint64_t> sizes;
  sizes.reserve(targets);
  for (std::size_t i = 0; i < targets; ++i) sizes.push_back(part_size(n, targets, i) * unit);
  return sizes;
}

/// Element i of the result is element `order[i]` of the range: round robin made contiguous.
inline std::vector<std::size_t> dealt_order(std::size_t n, std::size_t targets) {
  std::vector<std::size_t> order;
  order.reserve(n);
  for (std::size_t i = 0; i < targets; ++i) {
    for (std::size_t k = i; k < n; k += targets) order.push_back(k);
  }
  return order;
}

}  // namespace farm::detail
