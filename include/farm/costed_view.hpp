#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include "farm/load_balanced_view.hpp"

namespace farm {

/// A view that knows what its tasks cost, made by LoadBalancedView::cost. Its verbs are those of
/// the view.
template <class Cost>
class CostedView {
 public:
  CostedView(LoadBalancedView view, Cost cost) : view_(std::move(view)), cost_(std::move(cost)) {}

  CostedView with(const With& changes) const { return {view_.with(changes), cost_}; }
  const TaskOptions& options() const { return view_.options(); }
  /// The same without costs.
  const LoadBalancedView& view() const { return view_; }

  template <class F, class... Args>
  auto apply(const F& f, const Args&... args) const {
    return costing({cost_of(args...)}).apply(f, args...);
  }

  /// Ranges of one pass are copied before.
  template <class F, std::ranges::input_range... Ranges>
  auto map(const F& f, Ranges&&... ranges) const {
    if constexpr ((std::ranges::forward_range<Ranges> && ...)) {
      return costing(costs_of(ranges...)).map(f, ranges...);
    } else {
      return map(f, collected(ranges)...);
    }
  }
  template <class F, std::ranges::input_range... Ranges>
  auto map_unordered(const F& f, Ranges&&... ranges) const {
    return with({.ordered = false}).map(f, std::forward<Ranges>(ranges)...);
  }
  template <class F, std::ranges::forward_range Range>
  auto starmap(const F& f, Range&& tuples) const {
    std::vector<double> costs;
    for (const auto& tuple : tuples) {
      costs.push_back(std::apply([&](const auto&... args) { return cost_of(args...); }, tuple));
    }
    return costing(std::move(costs)).starmap(f, tuples);
  }

 private:
  template <class... Args>
  double cost_of(const Args&... args) const {
    constexpr bool fits = std::is_invocable_r_v<double, const Cost&, const Args&...>;
    static_assert(fits,
                  "farm: the cost is no function of the task's arguments that gives a number");
    if constexpr (fits) {
      const auto cost = static_cast<double>(cost_(args...));
      if (cost >= 0 && std::isfinite(cost)) return cost;
      throw std::invalid_argument("a cost is a finite number of 0 or more, not " +
                                  std::to_string(cost));
    }
    return 0;
  }
  LoadBalancedView costing(std::vector<double> costs) const {
    LoadBalancedView view = view_;
    view.costs_ = std::move(costs);
    return view;
  }
  template <class... Ranges>
  std::vector<double> costs_of(Ranges&... ranges) const {
    detail::check_lengths(ranges...);
    std::vector<double> costs;
    auto cursors = std::make_tuple(std::ranges::begin(ranges)...);
    const auto ended = [&](const auto&... at) { return ((at == std::ranges::end(ranges)) || ...); };
    while (!std::apply(ended, cursors)) {
      costs.push_back(std::apply([&](const auto&... at) { return cost_of(*at...); }, cursors));
      std::apply([](auto&... at) { (++at, ...); }, cursors);
    }
    return costs;
  }
  template <class Range>
  static auto collected(Range& range) {
    std::vector<std::ranges::range_value_t<Range>> elements;
    for (auto&& element : range) elements.push_back(std::forward<decltype(element)>(element));
    return elements;
  }

  LoadBalancedView view_;
  Cost cost_;
};

template <class Cost>
CostedView<Cost> LoadBalancedView::cost(Cost cost) const {
  return {with({.order = Order::longest_first}), std::move(cost)};
}

}  // namespace farm
