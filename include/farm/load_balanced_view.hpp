#pragma once

#include <string>

#include "farm/async_map_result.hpp"
#include "farm/detail/inputs.hpp"
#include "farm/kernel.hpp"
#include "farm/lazy_map.hpp"

namespace farm {

/// Farms tasks out: each goes to whichever engine is free next. A view is a value: `with` gives
/// another one with other options, and nothing changes under anyone's feet. Tasks of views from
/// different `client.load_balanced()` calls take turns.
///
/// Every verb returns a handle at once. A kernel is `farm::kernel<&f>`, a captureless lambda, a
/// function object without state, or one of these bound to common arguments with farm::bind.
class LoadBalancedView {
 public:
  LoadBalancedView(detail::Session& session, std::shared_ptr<const detail::Route> route)
      : session_(&session), route_(std::move(route)) {}

  /// This view with other options. Throws std::invalid_argument.
  LoadBalancedView with(const With& changes) const;
  const TaskOptions& options() const { return route_->options; }
  /// For the library: the options as its submissions carry them.
  const std::shared_ptr<const detail::Route>& route() const { return route_; }

  /// The engines that may run its tasks: all of them unless the view was made with targets.
  std::vector<EngineId> targets() const;
  /// Number of targets.
  std::size_t size() const { return targets().size(); }

  /// One call of the kernel.
  template <class F, class... Args>
  auto apply(const F& f, const Args&... args) const {
    using Made = detail::Made<F, const Args&...>;
    if constexpr (Made::check()) {
      detail::Submission submission = Made::prepare(f, *route_);
      Buffer buffer;
      detail::ItemsBuilder items(buffer, submission.item_size);
      Made::pack_item(items, args...);
      Made::finish(submission, buffer, items);
      return AsyncResult<detail::ReturnedBy<Made>>(submit(std::move(submission)));
    }
  }

  /// The kernel on every element of one range, or on the zipped elements of several. Ranges may be
  /// one-pass; they are read before map returns. Ranges of known and different length are an error
  /// (std::invalid_argument); otherwise the shortest ends the map.
  template <class F, std::ranges::input_range... Ranges>
  auto map(const F& f, Ranges&&... ranges) const {
    static_assert(sizeof...(Ranges) > 0, "farm: map needs a range of inputs");
    using Made = detail::Made<F, std::ranges::range_reference_t<Ranges>...>;
    if constexpr (Made::check()) {
      detail::check_lengths(ranges...);
      detail::Submission submission = Made::prepare(f, *route_);
      Made::pack_ranges(submission, ranges...);
      return AsyncMapResult<detail::ReturnedBy<Made>>(submit(std::move(submission)),
                                                      options().ordered);
    }
  }

  /// map with `ordered = false`: iteration yields what completes first.
  template <class F, std::ranges::input_range... Ranges>
  auto map_unordered(const F& f, Ranges&&... ranges) const {
    return with({.ordered = false}).map(f, std::forward<Ranges>(ranges)...);
  }

  /// The kernel on every tuple of a range, each tuple being one call's arguments.
  template <class F, std::ranges::input_range Range>
  auto starmap(const F& f, Range&& tuples) const {
    using Made = typename detail::MadeOfTuple<F, std::ranges::range_value_t<Range>>::type;
    if constexpr (Made::check()) {
      detail::Submission submission = Made::prepare(f, *route_);
      Made::pack_tuples(submission, tuples);
      return AsyncMapResult<detail::ReturnedBy<Made>>(submit(std::move(submission)),
                                                      options().ordered);
    }
  }

  /// A map that reads its input as tasks complete: for inputs that are infinite, or larger than
  /// memory. See LazyMap. A temporary range is moved into the result; a named one is referred to
  /// and must outlive it.
  template <class F, std::ranges::input_range Range>
  auto imap(const F& f, Range&& inputs, const LazyOptions& lazy = {}) const {
    using Made = detail::Made<F, std::ranges::range_reference_t<Range>>;
    if constexpr (Made::check()) {
      auto source = std::make_shared<detail::LazySource<Range>>(std::forward<Range>(inputs));
      detail::LazyInput input;
      // What is read together travels together.
      input.submission = [f, route = with({.chunk = largest_chunk}).route()] {
        return Made::prepare(f, *route);
      };
      input.read = [source](detail::ItemsBuilder& items, std::size_t most) {
        for (; most > 0; --most) {
          if (source->ended()) return false;
          Made::pack_item(items, source->element());
          source->advance();
        }
        return true;
      };
      return LazyMap<detail::ReturnedBy<Made>>(*session_, std::move(input), options(), lazy,
                                               size());
    }
  }

 private:
  detail::BatchRef submit(detail::Submission&& submission) const {
    return detail::BatchRef(*session_, session_->submit(std::move(submission)));
  }

  static constexpr std::int64_t largest_chunk = std::int64_t{1} << 31;

  detail::Session* session_;
  std::shared_ptr<const detail::Route> route_;
};

}  // namespace farm
