#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "farm/engine.hpp"

namespace farm::detail {

// What is known of a kernel's parameters before it is called with any. A generic call operator has
// no parameter list: then the arguments at the call site decide.
struct Unknown {
  static constexpr bool known = false;
};

template <class... Params>
struct Parameters {
  static constexpr bool known = true;
  static constexpr std::size_t count = sizeof...(Params);
  using Values = std::tuple<std::decay_t<Params>...>;
};
// The context is given by the engine and does not travel.
template <class... Params>
struct Parameters<Engine&, Params...> : Parameters<Params...> {};

template <class F>
struct SignatureOf : Unknown {};

template <class R, class... Params>
struct SignatureOf<R (*)(Params...)> : Parameters<Params...> {};
template <class R, class... Params>
struct SignatureOf<R (*)(Params...) noexcept> : Parameters<Params...> {};

template <class Member>
struct CallOperator : Unknown {};
template <class F, class R, class... Params>
struct CallOperator<R (F::*)(Params...)> : Parameters<Params...> {};
template <class F, class R, class... Params>
struct CallOperator<R (F::*)(Params...) const> : Parameters<Params...> {};
template <class F, class R, class... Params>
struct CallOperator<R (F::*)(Params...) noexcept> : Parameters<Params...> {};
template <class F, class R, class... Params>
struct CallOperator<R (F::*)(Params...) const noexcept> : Parameters<Params...> {};

template <class F>
requires requires { &F::operator(); }
struct SignatureOf<F> : CallOperator<decltype(&F::operator())> {};

// The type in which an argument travels where only the argument is known.
template <class T>
struct Owned {
  using type = std::decay_t<T>;
};
template <class T>
requires std::is_convertible_v<T, std::string_view>
struct Owned<T> {
  using type = std::string;
};

template <std::size_t offset, class Tuple, class Indices>
struct SliceOf;
template <std::size_t offset, class Tuple, std::size_t... i>
struct SliceOf<offset, Tuple, std::index_sequence<i...>> {
  using type = std::tuple<std::tuple_element_t<offset + i, Tuple>...>;
};

template <class F, std::size_t offset, class... Args>
constexpr auto wire_types() {
  using Signature = SignatureOf<F>;
  if constexpr (!Signature::known) {
    return std::type_identity<std::tuple<typename Owned<std::remove_cvref_t<Args>>::type...>>();
  } else if constexpr (offset + sizeof...(Args) > Signature::count) {
    return std::type_identity<void>();
  } else {
    using Slice = SliceOf<offset, typename Signature::Values, std::index_sequence_for<Args...>>;
    return std::type_identity<typename Slice::type>();
  }
}

/// The tuple in which arguments travel that stand at `offset` in the kernel's parameter list: the
/// parameters' own value types, so that conversions happen at the call site. void if the kernel has
/// fewer parameters.
template <class F, std::size_t offset, class... Args>
using WireTypes = typename decltype(wire_types<F, offset, Args...>())::type;

template <class F, class Common, class Args>
struct Invocation;

/// How a kernel is called with a tuple of common values and a tuple of an item's values.
template <class F, class... Common, class... Args>
struct Invocation<F, std::tuple<Common...>, std::tuple<Args...>> {
  static constexpr bool with_engine = std::is_invocable_v<F, Engine&, const Common&..., Args...>;
  static constexpr bool possible = with_engine || std::is_invocable_v<F, const Common&..., Args...>;

  static decltype(auto) call(Engine& engine, const std::tuple<Common...>& common,
                             std::tuple<Args...>&& args) {
    return std::apply(
        [&](const Common&... first) -> decltype(auto) {
          return std::apply(
              [&](Args&... rest) -> decltype(auto) {
                if constexpr (with_engine) {
                  return F()(engine, first..., std::move(rest)...);
                } else {
                  return F()(first..., std::move(rest)...);
                }
              },
              args);
        },
        common);
  }
};

}  // namespace farm::detail
