#pragma once

#include <cstring>
#include <exception>
#include <memory>
#include <tuple>
#include <typeinfo>

#include "farm/detail/failure.hpp"
#include "farm/detail/items.hpp"
#include "farm/detail/kernel_entry.hpp"
#include "farm/detail/signature.hpp"
#include "farm/payload.hpp"

namespace farm::detail {

/// A chunk of items on its way through a kernel, type-erased.
struct Call {
  Engine& engine;
  TaskId first;
  ItemsView items;
  std::span<const std::byte> list;            // distances of the ids from `first`; empty: 0, 1 ...
  std::span<const std::byte> common;          // the packed common arguments
  std::shared_ptr<const void>& common_cache;  // the same unpacked, kept by the engine
  ItemsBuilder& replies;

  TaskId id(std::uint64_t i) const {
    if (list.empty()) return TaskId{number(first) + i};
    std::uint32_t distance = 0;
    std::memcpy(&distance, list.data() + i * sizeof distance, sizeof distance);
    return TaskId{number(first) + distance};
  }
};

/// Writes the error of the exception that is being handled in the place of the item that runs.
void reply_exception(Call& call, Fault stage);
/// The same for an item that has not started because its chunk was asked to stop.
void reply_aborted(ItemsBuilder& replies);

/// The kernel F with common values and item values of these types, as a function on bytes.
template <class F, class Common, class Args>
struct Thunk {
  using Invoke = Invocation<F, Common, Args>;
  static constexpr bool with_engine = Invoke::with_engine;
  using Returned = decltype(Invoke::call(std::declval<Engine&>(), std::declval<const Common&>(),
                                         std::declval<Args>()));
  using Result =
      std::conditional_t<std::is_void_v<Returned>, std::monostate, std::remove_cvref_t<Returned>>;

  static KernelEntry entry;

  static void run(Call& call) {
    const Common* common = nullptr;
    Writer writer(call.replies.buffer());
    for (std::uint64_t i = 0; i < call.items.count(); ++i) {
      Fault stage = Fault::argument;
      try {
        if (call.items.failed(i)) {
          pass_failure(call.replies, call.items[i]);
          continue;
        }
        if (!call.engine.begin(call.id(i))) {
          reply_aborted(call.replies);
          continue;
        }
        if (common == nullptr) common = &unpacked_common(call);
        Reader reader(call.items[i]);
        Args args = unpack<Args>(reader);
        stage = Fault::exception;
        if constexpr (std::is_void_v<Returned>) {
          Invoke::call(call.engine, *common, std::move(args));
        } else {
          auto&& result = Invoke::call(call.engine, *common, std::move(args));
          stage = Fault::result;
          put<Result>(writer, result);
        }
        call.replies.end();
      } catch (...) {
        reply_exception(call, stage);
      }
    }
  }

 private:
  static const Common& unpacked_common(Call& call) {
    if constexpr (std::tuple_size_v<Common> == 0) {
      static constexpr Common nothing;
      return nothing;
    }
    if (call.common_cache == nullptr) {
      Reader reader(call.common);
      call.common_cache = std::make_shared<const Common>(unpack<Common>(reader));
    }
    return *static_cast<const Common*>(call.common_cache.get());
  }
};

template <class F, class Common, class Args>
KernelEntry Thunk<F, Common, Args>::entry{typeid(Thunk), typeid(F), packed_size<Result>(),
                                          &Thunk::run};

}  // namespace farm::detail
