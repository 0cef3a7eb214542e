#pragma once

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "farm/engine.hpp"
#include "farm/kept.hpp"

namespace farm {

template <class T>
class AsyncResult;

}  // namespace farm

namespace farm::detail {

/// Stands for an argument that is the result of another task: the bytes of a T, and no other type,
/// will be there when the kernel is called.
template <class T>
struct Spliced {
  template <std::same_as<T> To>
  operator To() const;  // NOLINT(google-explicit-constructor): never called, for its type only
};

// What an argument at the call site is taken for.
template <class Arg>
struct PassedAs {
  using type = const Arg&;
  static constexpr bool spliced = false;
};
template <class T>
struct PassedAs<AsyncResult<T>> {
  using type = Spliced<T>;
  static constexpr bool spliced = true;
};
template <class Arg>
using Passed = typename PassedAs<Arg>::type;
template <class Arg>
inline constexpr bool is_result = PassedAs<Arg>::spliced;

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
template <class T>
struct Owned<Spliced<T>> {
  using type = T;
};

// What travels in place of an argument that refers to what the engine holds; void for others.
template <class T>
struct RefForm {
  using type = void;
};
template <class T>
struct RefForm<Name<T>> {
  using type = Ref<T>;
};
template <class T>
struct RefForm<Ref<T>> {
  using type = Ref<T>;
};
template <class T>
struct RefForm<std::vector<Ref<T>>> {
  using type = std::vector<Ref<T>>;
};
template <class Key, class T>
struct RefForm<std::map<Key, Ref<T>>> {
  using type = std::map<Key, Ref<T>>;
};

template <class T>
struct RefForm<Kept<T>> {
  using type = Kept<T>;
};
template <class T>
struct RefForm<Spliced<Kept<T>>> {
  using type = Kept<T>;
};

template <class Arg, class Value>
using RefOr = std::conditional_t<std::is_void_v<typename RefForm<std::remove_cvref_t<Arg>>::type>,
                                 Value, typename RefForm<std::remove_cvref_t<Arg>>::type>;

template <class Tuple, class... Args>
struct WithRefs;
template <class... Values, class... Args>
struct WithRefs<std::tuple<Values...>, Args...> {
  using type = std::tuple<RefOr<Args, Values>...>;
};

// Arguments as the kernel gets them: references resolved, others moved; common ones stay const.
template <class T>
T&& resolve(Engine&, T& argument) {
  return std::move(argument);
}
template <class T>
const T& resolve(Engine&, const T& argument) {
  return argument;
}
template <class T>
T& resolve(Engine& engine, Ref<T>& argument) {
  return engine.store().at<T>(argument.name());
}
template <class T>
T& resolve(Engine& engine, const Ref<T>& argument) {
  return engine.store().at<T>(argument.name());
}
template <class T>
T& resolve(Engine& engine, Kept<T>& argument) {
  return engine.store().at<T>(argument.name());
}
template <class T>
T& resolve(Engine& engine, const Kept<T>& argument) {
  return engine.store().at<T>(argument.name());
}
template <class T>
std::vector<T> resolve(Engine& engine, const std::vector<Ref<T>>& argument) {
  std::vector<T> values;
  values.reserve(argument.size());
  for (const Ref<T>& ref : argument) values.push_back(engine.store().at<T>(ref.name()));
  return values;
}
template <class T>
std::vector<T> resolve(Engine& engine, std::vector<Ref<T>>& argument) {
  return resolve(engine, std::as_const(argument));
}
template <class Key, class T>
std::map<Key, T> resolve(Engine& engine, const std::map<Key, Ref<T>>& argument) {
  std::map<Key, T> values;
  for (const auto& [key, ref] : argument) values.emplace(key, engine.store().at<T>(ref.name()));
  return values;
}
template <class Key, class T>
std::map<Key, T> resolve(Engine& engine, std::map<Key, Ref<T>>& argument) {
  return resolve(engine, std::as_const(argument));
}

template <class T>
using Resolved = decltype(resolve(std::declval<Engine&>(), std::declval<T&>()));

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
    using Values = std::tuple<typename Owned<std::remove_cvref_t<Args>>::type...>;
    return std::type_identity<typename WithRefs<Values, Args...>::type>();
  } else if constexpr (offset + sizeof...(Args) > Signature::count) {
    return std::type_identity<void>();
  } else {
    using Slice = SliceOf<offset, typename Signature::Values, std::index_sequence_for<Args...>>;
    return std::type_identity<typename WithRefs<typename Slice::type, Args...>::type>();
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
  static constexpr bool with_engine =
      std::is_invocable_v<F, Engine&, Resolved<const Common>..., Resolved<Args>...>;
  static constexpr bool possible =
      with_engine || std::is_invocable_v<F, Resolved<const Common>..., Resolved<Args>...>;

  static decltype(auto) call(Engine& engine, const std::tuple<Common...>& common,
                             std::tuple<Args...>&& args) {
    return std::apply(
        [&](const Common&... first) -> decltype(auto) {
          return std::apply(
              [&](Args&... rest) -> decltype(auto) {
                if constexpr (with_engine) {
                  return F()(engine, resolve(engine, first)..., resolve(engine, rest)...);
                } else {
                  return F()(resolve(engine, first)..., resolve(engine, rest)...);
                }
              },
              args);
        },
        common);
  }
};

}  // namespace farm::detail
