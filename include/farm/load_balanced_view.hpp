#pragma once

#include <string>

#include "farm/async_map_result.hpp"
#include "farm/detail/inputs.hpp"
#include "farm/detail/keep.hpp"
#include "farm/kernel.hpp"
#include "farm/lazy_map.hpp"
#include "farm/wait.hpp"
#include "farm/with.hpp"

namespace farm {

template <class Cost>
class CostedView;

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

  /// This view with other options. `after` and `follow` stay with the view, and with those that
  /// come from it, until a `with` that sets them again. Throws std::invalid_argument for what makes
  /// no sense, NoEngines if no engine has the labels that are needed.
  LoadBalancedView with(const With& changes) const;
  const TaskOptions& options() const { return route_->options; }
  /// For the library: the options as its submissions carry them.
  const std::shared_ptr<const detail::Route>& route() const { return route_; }

  /// This view, its tasks to be run only by engines of which the predicate is true. It is a kernel
  /// that returns bool, without arguments or of farm::Engine& alone; bound ones may have more. Each
  /// engine asks it before each chunk, so it had better be fast; one that refused is not asked
  /// again by tasks submitted before. Tasks that all engines refuse fail with ImpossibleDependency.
  template <class P>
  LoadBalancedView requiring(const P& predicate) const {
    using Made = detail::Made<P>;
    if constexpr (Made::check()) {
      static_assert(std::is_same_v<detail::ReturnedBy<Made>, bool>,
                    "farm: a requirement is a kernel that returns bool");
      const detail::Submission made = Made::prepare(predicate, *route_);
      return requiring(detail::Requirement{made.kernel, made.common});
    } else {
      return *this;
    }
  }

  /// This view, its tasks started in the order of their costs, the longest first:
  /// cost(arguments...) is called on rank 0 with the arguments of each task. Costs are 0 or more of
  /// any unit, the larger the longer. Sets order = longest_first; a later `with` may set another,
  /// which leaves costs to the estimates.
  template <class Cost>
  CostedView<Cost> cost(Cost cost) const;

  /// Cancels all that the views of one client.load_balanced() have submitted and that has not
  /// started; returns how many tasks that were. Never waits.
  std::size_t abort() const { return session_->cancel_share(route_->share); }
  /// The same, and asks what runs to stop; see ResultHandle::stop.
  std::size_t stop() const { return session_->stop_share(route_->share); }

  /// The engines that may run its tasks: all of them unless the view was made with targets or needs
  /// labels. Those that have died are left out.
  std::vector<EngineId> targets() const;
  /// Number of targets.
  std::size_t size() const { return targets().size(); }

  /// One call of the kernel. An argument may be the AsyncResult of another task in the place of a
  /// value of its very type: then the task waits until that one has succeeded (or fails with
  /// ImpossibleDependency), and its value goes from the hub to the engine. The results of direct
  /// calls and of continuations may, too; those of collective moves (pull, gather) may not
  /// (std::invalid_argument).
  template <class F, class... Args>
  auto apply(const F& f, const Args&... args) const {
    using Made = detail::Made<F, detail::Passed<Args>...>;
    if constexpr (Made::check()) {
      return AsyncResult<detail::ReturnedBy<Made>>(call<Made>(f, args...));
    }
  }

  /// The same, but the value stays in the namespace of the engine that ran it, and its handle goes
  /// where a value of its type is asked for, in this view: see Kept.
  template <class F, class... Args>
  auto apply_kept(const F& f, const Args&... args) const {
    if (options().ranks > 1) {
      throw std::invalid_argument("apply_kept keeps a value on one engine: it is not for gangs");
    }
    using Plain = detail::Made<F, detail::Passed<Args>...>;
    if constexpr (Plain::check()) {
      using R = detail::ReturnedBy<Plain>;
      static_assert(!std::is_void_v<R>, "farm: this kernel returns nothing that could be kept");
      if constexpr (!std::is_void_v<R>) {
        const auto keeper = detail::keeping<R>(f);
        using Made = detail::Made<std::remove_const_t<decltype(keeper)>, detail::Passed<Args>...>;
        // What a sandbox keeps goes with it.
        const LoadBalancedView view =
            options().isolate == Isolation::none ? *this : with({.isolate = Isolation::none});
        return AsyncResult<Kept<R>>(
            view.template call<Made, detail::Recall::never>(keeper, args...));
      }
    }
  }

  /// The kernel on every element of one range, or on the zipped elements of several. Ranges may be
  /// one-pass; they are read before map returns. Ranges of known and different length are an error
  /// (std::invalid_argument); otherwise the shortest ends the map.
  ///
  /// A range may be one of AsyncResults: then each item waits for its own argument alone. Such a
  /// map is as many tasks, whose results are collected: cancel() on it has no effect.
  template <class F, std::ranges::input_range... Ranges>
  auto map(const F& f, Ranges&&... ranges) const {
    static_assert(sizeof...(Ranges) > 0, "farm: map needs a range of inputs");
    using Made = detail::Made<F, std::ranges::range_reference_t<Ranges>...>;
    if constexpr ((detail::is_result<std::ranges::range_value_t<Ranges>> || ...)) {
      return map_results(f, ranges...);
    } else if constexpr (Made::check()) {
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
      input.submission = [f, view = with({.chunk = largest_chunk})] {
        detail::Submission submission = Made::prepare(f, *view.route_);
        submission.dependencies = view.dependencies_;
        return submission;
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
  template <class Cost>
  friend class CostedView;

  LoadBalancedView requiring(const detail::Requirement& requirement) const;

  template <class Made, detail::Recall recall = detail::Recall::by_place, class F, class... Args>
  detail::BatchRef call(const F& f, const Args&... args) const {
    detail::Submission submission = Made::prepare(f, *route_);
    submission.recall = recall;
    if constexpr ((detail::is_result<Args> || ...)) {
      Made::pack_spliced(submission, args...);
    } else {
      Buffer buffer;
      detail::ItemsBuilder items(buffer, submission.item_size);
      Made::pack_item(items, args...);
      Made::finish(submission, buffer, items);
    }
    return submit(std::move(submission));
  }

  template <class F, class... Ranges>
  auto map_results(const F& f, Ranges&... ranges) const {
    using Called = detail::Made<F, detail::Passed<std::ranges::range_value_t<Ranges>>...>;
    if constexpr (Called::check()) {
      using R = detail::ReturnedBy<Called>;
      detail::check_lengths(ranges...);
      std::vector<AsyncResult<R>> calls;
      auto cursors = std::make_tuple(std::ranges::begin(ranges)...);
      const auto ended = [&](const auto&... at) {
        return ((at == std::ranges::end(ranges)) || ...);
      };
      while (!std::apply(ended, cursors)) {
        calls.push_back(std::apply([&](auto&... at) { return apply(f, *at...); }, cursors));
        std::apply([](auto&... at) { (++at, ...); }, cursors);
      }
      if (!calls.empty()) return AsyncMapResult<R>(collect(calls).batch(), options().ordered);
      const std::size_t size = packed_size<typename Outcome<R>::Value>();
      return AsyncMapResult<R>(detail::BatchRef(*session_, session_->promise(0, size)));
    }
  }

  detail::BatchRef submit(detail::Submission&& submission) const {
    submission.dependencies = dependencies_;
    submission.costs = costs_;
    return detail::BatchRef(*session_, session_->submit(std::move(submission)));
  }

  static constexpr std::int64_t largest_chunk = std::int64_t{1} << 31;

  detail::Session* session_;
  std::shared_ptr<const detail::Route> route_;
  std::shared_ptr<const detail::Dependencies> dependencies_;  // null: none
  std::vector<EngineId> named_;  // the targets that it was made with, where labels narrow them
  std::vector<double> costs_;    // of what it submits next
};

}  // namespace farm

#include "farm/costed_view.hpp"
