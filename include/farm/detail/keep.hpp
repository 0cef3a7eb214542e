#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "farm/detail/inputs.hpp"
#include "farm/kept.hpp"

namespace farm::detail {

/// Stores what F returns, under a name of the task's own, instead of answering it.
template <class F, class R>
struct Keep {
  template <class... Args>
  requires std::is_invocable_v<F, Engine&, Args...> Kept<R>
  operator()(Engine& here, Args&&... args) const {
    return keep(here, F()(here, std::forward<Args>(args)...));
  }
  template <class... Args>
  requires std::is_invocable_v<F, Args...> Kept<R>
  operator()(Engine& here, Args&&... args) const {
    return keep(here, F()(std::forward<Args>(args)...));
  }

 private:
  static Kept<R> keep(Engine& here, R&& value) {
    std::string name = "farm.kept." + std::to_string(number(here.task()));
    here.store().put<R>(name, std::move(value));
    return {std::move(name), here.id()};
  }
};

template <class F, class R>
struct SignatureOf<Keep<F, R>> : SignatureOf<F> {};

/// A callee as one that keeps its results.
template <class R, class F>
Keep<F, R> keeping(const F&) {
  return {};
}
template <class R, class F, class Tuple>
Bound<Keep<F, R>, Tuple> keeping(const Bound<F, Tuple>& bound) {
  return Bound<Keep<F, R>, Tuple>(bound.common());
}

}  // namespace farm::detail
