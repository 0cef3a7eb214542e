#pragma once

#include <functional>
#include <memory>
#include <tuple>
#include <utility>

#include "farm/detail/common.hpp"
#include "farm/detail/thunk.hpp"

namespace farm {

/// An ordinary function as a kernel; made by `farm::kernel<&f>`.
template <auto function>
struct Kernel {
  template <class... Args>
  requires std::is_invocable_v<decltype(function), Args...>
  decltype(auto) operator()(Args&&... args) const {
    return std::invoke(function, std::forward<Args>(args)...);
  }
};

/// Names the function `f` as a kernel: `tasks.map(farm::kernel<&f>, inputs)`. Of an overloaded
/// function say which one: `farm::kernel<static_cast<double (*)(double)>(&f)>`.
template <auto function>
inline constexpr Kernel<function> kernel{};

template <auto function>
struct detail::SignatureOf<Kernel<function>> : detail::SignatureOf<decltype(function)> {};

/// What can be called on an engine by name alone: `farm::kernel<&f>`, or an object without state (a
/// captureless lambda, a function object). State does not travel with code: pass it as an argument,
/// or bind it.
template <class F>
concept Stateless = std::is_empty_v<F> && std::is_default_constructible_v<F>;

namespace detail {

// Argument by argument into the types of the kernel's parameters.
template <class... Wire, class... Args>
void pack_as(Writer& writer, std::type_identity<std::tuple<Wire...>>, const Args&... args) {
  [[maybe_unused]] const auto one = [&]<class To, class From>(std::type_identity<To>,
                                                              const From& from) {
    if constexpr (std::is_same_v<To, From>) {
      put<To>(writer, from);
    } else {
      const To converted = static_cast<To>(from);
      put<To>(writer, converted);
    }
  };
  (one(std::type_identity<Wire>(), args), ...);
}

template <class Tuple, class... Args>
inline constexpr bool converts = false;
template <class... Wire, class... Args>
inline constexpr bool converts<std::tuple<Wire...>, Args...> = (std::is_convertible_v<Args, Wire> &&
                                                                ...);

template <class Tuple>
inline constexpr bool tuple_travels = false;
template <class... Wire>
inline constexpr bool tuple_travels<std::tuple<Wire...>> = (Payload<Wire> && ...);

/// Stops the compiler with one sentence where arguments do not fit the kernel. The conditions stand
/// one inside the other so that only the first that fails is reported.
template <class F, std::size_t offset, class... Args>
constexpr bool arguments_fit() {
  static_assert(
      std::is_class_v<F>,
      "farm: this is no kernel: write farm::kernel<&f> for a function f, or give a lambda "
      "that captures nothing or a function object");
  static_assert(
      !std::is_class_v<F> || Stateless<F>,
      "farm: this kernel has state (a lambda that captures?), which does not travel: pass "
      "it as an argument, or use farm::bind(kernel, common...)");
  if constexpr (Stateless<F>) {
    using Wire = WireTypes<F, offset, Args...>;
    static_assert(!std::is_void_v<Wire>, "farm: the kernel is called with too many arguments");
    if constexpr (!std::is_void_v<Wire>) {
      static_assert(tuple_travels<Wire>,
                    "farm: an argument of this kernel cannot travel: it is a pointer, a reference "
                    "or a view, or a class without serialize(); see farm/payload.hpp");
      static_assert(converts<Wire, Args...>,
                    "farm: an argument does not convert to the kernel's parameter type");
      return tuple_travels<Wire> && converts<Wire, Args...>;
    }
  }
  return false;
}

}  // namespace detail

/// A kernel with its first arguments given; made by `bind`.
template <class F, class CommonTuple>
class Bound {
 public:
  explicit Bound(std::shared_ptr<detail::Common> common) : common_(std::move(common)) {}
  const std::shared_ptr<detail::Common>& common() const { return common_; }

 private:
  std::shared_ptr<detail::Common> common_;
};

/// `bind(kernel, common...)` is a kernel to be called as `kernel(common..., item...)`. The common
/// arguments are packed now, travel to each engine once (with the first task it gets) and are
/// unpacked once; the kernel sees them as const. Copies of the returned object share them.
template <class F, class... Args>
auto bind(F, const Args&... args) {
  static_assert(sizeof...(Args) > 0, "farm: bind needs at least one common argument");
  if constexpr (detail::arguments_fit<F, 0, Args...>()) {
    using Wire = detail::WireTypes<F, 0, Args...>;
    auto common = std::make_shared<detail::Common>();
    Writer writer(common->bytes);
    detail::pack_as(writer, std::type_identity<Wire>(), args...);
    return Bound<F, Wire>(std::move(common));
  }
}

namespace detail {

/// What a view is given to call: a stateless function, or a bound one.
template <class F>
struct Callee {
  using Function = F;
  using CommonTuple = std::tuple<>;
  static std::shared_ptr<Common> common(const F&) { return nullptr; }
};
template <class F, class Tuple>
struct Callee<Bound<F, Tuple>> {
  using Function = F;
  using CommonTuple = Tuple;
  static std::shared_ptr<Common> common(const Bound<F, Tuple>& bound) { return bound.common(); }
};

/// The checked meeting of a callee with item arguments of these types.
template <class Called, class... Args>
struct Meeting {
  using Function = typename Callee<Called>::Function;
  using CommonTuple = typename Callee<Called>::CommonTuple;
  static constexpr std::size_t offset = std::tuple_size_v<CommonTuple>;
  using Wire = WireTypes<Function, offset, Args...>;

  static constexpr bool check() {
    if constexpr (arguments_fit<Function, offset, Args...>()) {
      static_assert(Invocation<Function, CommonTuple, Wire>::possible,
                    "farm: the kernel cannot be called with these arguments (too few? a parameter "
                    "that is a non-const reference?)");
      if constexpr (Invocation<Function, CommonTuple, Wire>::possible) {
        static_assert(Payload<typename Thunk<Function, CommonTuple, Wire>::Result>,
                      "farm: the kernel's result cannot travel: it is a pointer, a reference or a "
                      "view, or a class without serialize(); see farm/payload.hpp");
        return Payload<typename Thunk<Function, CommonTuple, Wire>::Result>;
      }
    }
    return false;
  }
};

}  // namespace detail
}  // namespace farm
