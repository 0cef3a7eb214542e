#pragma once

#include <string>
#include <tuple>
#include <typeinfo>
#include <utility>
#include <vector>

#include "farm/async_collective_result.hpp"
#include "farm/detail/direct_calls.hpp"
#include "farm/detail/settled_value.hpp"

namespace farm {

/// A kernel that runs on every target of a view whenever it is called; made by `view.remote(f)`.
template <class View, class F>
class RemoteFunction {
 public:
  RemoteFunction(View view, const F& f) : view_(std::move(view)), f_(f) {}

  template <class... Args>
  auto operator()(const Args&... args) const {
    return view_.apply(f_, args...);
  }
  /// The kernel's own name.
  std::string name() const { return detail::readable_function(typeid(F)); }

 private:
  View view_;
  F f_;
};

namespace detail {

// A part's result joins the others: its elements if it is a container, or itself.
template <class R>
struct Joined {
  using Element = R;
  static void append(std::vector<Element>& all, R&& part) { all.push_back(std::move(part)); }
};
template <class R>
requires Container<R> &&(!std::is_same_v<R, std::string>)struct Joined<R> {
  using Element = typename R::value_type;
  static void append(std::vector<Element>& all, R&& part) {
    for (auto&& element : part) all.push_back(std::move(element));
  }
};

}  // namespace detail

/// A kernel of vectors that is called on ranges: each target gets a contiguous part of each range,
/// as vectors, and the results are joined in order. Made by `view.parallel(f)`.
template <class View, class F>
class ParallelFunction {
 public:
  ParallelFunction(View view, detail::Session& session, const F& f)
      : view_(std::move(view)), session_(&session), f_(f) {}

  /// Calls f once on each engine, with empty vectors where there are fewer elements than engines.
  /// The result is a vector: of all elements if f returns a container, otherwise of what f returned
  /// on each. Throws std::invalid_argument for ranges of different lengths.
  template <std::ranges::input_range... Ranges>
  auto operator()(Ranges&&... ranges) const {
    using Parts = std::tuple<std::vector<std::ranges::range_value_t<Ranges>>...>;
    using Made = detail::MadeDirect<F, const std::vector<std::ranges::range_value_t<Ranges>>&...>;
    if constexpr (Made::check()) {
      const std::vector<EngineId> targets = view_.targets();
      const std::vector<Parts> parts =
          deal<Parts>(targets.size(),
                      Parts(std::vector<std::ranges::range_value_t<Ranges>>(collect(ranges))...));
      using Join = detail::Joined<detail::ReturnedBy<Made>>;
      using All = std::vector<typename Join::Element>;
      return AsyncCollectiveResult<All>(
          Made::apply_each(*session_, targets, f_, parts),
          [](const detail::BatchRef& results, bool) {
            All all;
            for (std::uint64_t i = 0; i < results->count; ++i) {
              Join::append(all, detail::settled_value<detail::ReturnedBy<Made>>(results, i));
            }
            return all;
          });
    }
  }
  /// f on each element: `view.map`.
  template <std::ranges::input_range... Ranges>
  auto map(Ranges&&... ranges) const {
    return view_.map(f_, std::forward<Ranges>(ranges)...);
  }

 private:
  template <class Range>
  static auto collect(Range& range) {
    std::vector<std::ranges::range_value_t<Range>> elements;
    for (auto&& element : range) elements.push_back(element);
    return elements;
  }

  template <class Parts>
  static std::vector<Parts> deal(std::size_t targets, const Parts& whole) {
    return std::apply(
        [targets](const auto& first, const auto&... rest) {
          detail::check_lengths(first, rest...);
          const std::size_t n = first.size();
          std::vector<Parts> parts;
          for (std::size_t i = 0; i < targets; ++i) {
            const std::size_t begin = part_begin(n, targets, i);
            const std::size_t end = begin + part_size(n, targets, i);
            const auto part = [&](const auto& all) {
              return std::vector(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                 all.begin() + static_cast<std::ptrdiff_t>(end));
            };
            parts.push_back(Parts(part(first), part(rest)...));
          }
          return parts;
        },
        whole);
  }

  View view_;
  detail::Session* session_;
  F f_;
};

}  // namespace farm
