#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "farm/async_map_result.hpp"
#include "farm/detail/collective_calls.hpp"
#include "farm/detail/direct_calls.hpp"
#include "farm/detail/gathering.hpp"
#include "farm/detail/stored_kernels.hpp"
#include "farm/remote_function.hpp"
#include "farm/stored_value.hpp"

namespace farm {

/// Calls on engines that are named, each of which has a namespace of stored values. Calls of all
/// views reach each engine in program order, beside its load-balanced tasks. A view is a value.
///
/// There are two: a DirectView answers with one value for each of its targets, in target order; an
/// EngineView of one engine answers with the bare value. Every verb returns a handle at once,
/// throws NoEngines where there is no target, and does not wait for engines that are busy.
///
/// Values that are pushed, pulled, scattered and gathered move by MPI's collective calls, of any
/// size; an engine takes part when it gets there and waits for the others, so that a call is as
/// slow as its busiest engine. Engines outside the call go on with load-balanced work. Arguments
/// and results of kernels go to and from each engine by themselves: push what is large and pass its
/// name.
///
/// A contiguous container or span of trivially copyable elements, from 64 KiB on, is not copied by
/// push and scatter: a temporary is moved into the call, a named one is referred to and must stay
/// as it is until the handle is sent(). If the last handle goes before that, the call takes a copy,
/// or waits if the data is on its way. If an engine of the call dies while the data is on its way
/// MPI cannot say when it has done with it: the call keeps it for one second and another for each
/// 64 MiB, for the engines that live, before it counts as sent.
template <template <class> class Answer>
class BasicDirectView {
 public:
  /// `targets`: none for all engines, as they are at each call.
  BasicDirectView(detail::Session& session, std::optional<std::vector<EngineId>> targets)
      : session_(&session), targets_(std::move(targets)) {}

  /// The engines of a call made now, in the order of its results. Throws NoEngines.
  std::vector<EngineId> targets() const;
  std::size_t size() const { return targets().size(); }

  /// One call of the kernel on each target. A farm::Name or farm::Ref as an argument stands for the
  /// value that the engine holds. A kernel whose first parameter is farm::Engine& may talk to those
  /// on the other targets through its communicator.
  template <class F, class... Args>
  auto apply(const F& f, const Args&... args) const {
    using Made = detail::MadeDirect<F, const Args&...>;
    if constexpr (Made::check()) {
      return Answer<detail::ReturnedBy<Made>>(Made::apply(*session_, targets(), f, args...));
    }
  }
  /// The same of a callable that the engines hold under this name.
  template <class F, class... Args>
  auto apply(const Name<F>& stored, const Args&... args) const {
    return apply(detail::CallStored(), stored, args...);
  }
  /// The same, but what the kernel returns stays on the engine, under this name.
  template <class R, class F, class... Args>
  auto apply_into(const Name<R>& name, const F&, const Args&... args) const {
    static_assert(Stateless<F>,
                  "farm: apply_into needs a kernel without bound arguments: give them to the call");
    if constexpr (Stateless<F>) {
      return apply(detail::Into<F, R>(), std::string(name.text()), args...);
    }
  }

  /// The kernel on every element of one range, or on the zipped elements of several: one contiguous
  /// block for each engine, without balancing. The handle has one item for each element. Throws
  /// std::invalid_argument for ranges of different lengths.
  template <class F, std::ranges::input_range... Ranges>
  auto map(const F& f, Ranges&&... ranges) const {
    static_assert(sizeof...(Ranges) > 0, "farm: map needs a range of inputs");
    using Made = detail::MadeDirect<F, std::ranges::range_reference_t<Ranges>...>;
    if constexpr (Made::check()) {
      return AsyncMapResult<detail::ReturnedBy<Made>>(
          Made::map(*session_, targets(), f, ranges...));
    }
  }
  template <class F, std::ranges::input_range... Ranges>
  auto map(const Name<F>& stored, Ranges&&... ranges) const {
    return map(farm::bind(detail::CallStored(), stored), std::forward<Ranges>(ranges)...);
  }

  /// `f` as a function that is called on every target.
  template <class F>
  auto remote(const F& f) const {
    return RemoteFunction<BasicDirectView, F>(*this, f);
  }
  /// `f` as a function of ranges: called once on each engine with vectors of its part of them.
  template <class F>
  auto parallel(const F& f) const {
    return ParallelFunction<BasicDirectView, F>(*this, *session_, f);
  }

  /// Stores a value under a name on each target, in place of what stood there. By MPI_Ibcast.
  template <class T, class Given>
  auto push(const Name<T>& name, Given&& value) const {
    if constexpr (travels<T>() && converts<Given&&, T>()) {
      auto call = detail::collective<direct::Push, T>(detail::Collective::Move::push, targets(),
                                                      {{std::string(name.text())}, false});
      detail::carry_value<T>(call, std::forward<Given>(value));
      return Answer<void>(submit(std::move(call)));
    }
  }
  /// The same of several at once: `view.push(seed = 1, limit = 2.5)`.
  template <class... Ts>
  auto push(const Named<Ts>&... values) const {
    static_assert(sizeof...(Ts) > 0, "farm: push needs names with values");
    auto call = detail::collective<direct::Push, Ts...>(
        detail::Collective::Move::push, targets(), {{std::string(values.name.text())...}, false});
    if constexpr (sizeof...(Ts) == 1) {
      (detail::carry_value<Ts>(call, Ts(values.value)), ...);
    } else {
      Buffer buffer;
      Writer writer(buffer);
      (pack(writer, values.value), ...);
      detail::carry(call, std::move(buffer));
    }
    return Answer<void>(submit(std::move(call)));
  }

  /// What each target holds under the name. The handle throws a RemoteError of type
  /// farm::NameError where it is missing or of another type. By MPI_Igatherv.
  template <class T>
  auto pull(const Name<T>& name) const {
    return pull_as<T, T>(name);
  }
  /// A tuple of several.
  template <class A, class B, class... More>
  auto pull(const Name<A>& a, const Name<B>& b, const Name<More>&... more) const {
    return pull_as<std::tuple<A, B, More...>, A, B, More...>(a, b, more...);
  }

  /// `view[name] = value` and `view[name].get()`.
  template <class T>
  StoredValue<BasicDirectView, T> operator[](const Name<T>& name) const {
    return {*this, name};
  }

  /// Forgets all names, or these; what is not there is no error.
  auto clear() const { return apply(detail::ClearStore()); }
  template <class... Ts>
  auto clear(const Name<Ts>&... names) const {
    return apply(detail::ClearNames(), std::vector<std::string>{std::string(names.text())...});
  }
  /// What each target holds, by name.
  auto names() const { return apply(detail::ListNames()); }

  /// Deals a range to the targets: each stores its part under the name, as a vector, in place of
  /// what stood there. Parts may be empty. By MPI_Iscatterv. Throws std::invalid_argument if
  /// options.unit does not divide the range.
  template <class T, std::ranges::input_range Range>
  auto scatter(const Name<std::vector<T>>& name, Range&& range,
               const ScatterOptions& options = {}) const {
    if constexpr (travels<T>() && converts<std::ranges::range_reference_t<Range>, T>()) {
      return Answer<void>(submit(
          detail::scattering<T>(targets(), name.text(), std::forward<Range>(range), options)));
    }
  }
  /// The parts one after the other, as one vector. By MPI_Igatherv.
  template <class T>
  AsyncCollectiveResult<std::vector<T>> gather(const Name<std::vector<T>>& name,
                                               const GatherOptions& options = {}) const {
    return detail::gathering<T>(*session_, targets(), name.text(), options);
  }
  /// One value of each target, as a vector.
  template <class T>
  AsyncCollectiveResult<std::vector<T>> gather(const Name<T>& name) const {
    return detail::gathering_values<T>(*session_, targets(), name.text());
  }
  /// The parts into a vector of the caller's, which keeps its memory if it is of the right size; it
  /// must be left alone until the handle is ready. For trivially copyable elements dealt in blocks.
  /// If an engine dies meanwhile its memory may be left to MPI: then the vector is empty.
  template <class T>
  AsyncCollectiveResult<void> gather_into(const Name<std::vector<T>>& name,
                                          std::vector<T>& into) const {
    return detail::gathering_into<T>(*session_, targets(), name.text(), into);
  }

  /// op over the targets' values, in target order: x0 op x1 op ... `op` is associative and has no
  /// state: std::plus<>(), farm::maximum, farm::elementwise(std::plus<>()), a captureless lambda,
  /// farm::kernel<&f>. Only the result comes to rank 0.
  template <class T, class Op>
  AsyncCollectiveResult<T> reduce(const Name<T>& name, Op) const {
    if constexpr (combines<T, Op>()) {
      const detail::BatchRef batch = apply(detail::ReduceStored<T, Op>(), name).batch();
      return {batch, [](const detail::BatchRef& results, bool) {
                return *detail::settled_value<std::optional<T>>(results, 0);
              }};
    }
  }
  /// The same result stored on every target, in place of the value or under another name.
  template <class T, class Op>
  auto all_reduce(const Name<T>& name, Op op) const {
    return all_reduce(name, op, name);
  }
  template <class T, class Op>
  auto all_reduce(const Name<T>& name, Op, const Name<T>& into) const {
    if constexpr (combines<T, Op>()) {
      return apply(detail::AllReduceStored<T, Op>(), name, std::string(into.text()));
    }
  }
  /// On each target op over the values of the targets up to and with it.
  template <class T, class Op>
  auto scan(const Name<T>& name, Op op) const {
    return scan(name, op, name);
  }
  template <class T, class Op>
  auto scan(const Name<T>& name, Op, const Name<T>& into) const {
    if constexpr (combines<T, Op>()) {
      return apply(detail::ScanStored<T, Op>(), name, std::string(into.text()));
    }
  }
  /// Each target holds one row for each target; row i goes to target i, which holds what it got, in
  /// the order of the senders (MPI_Alltoallv). Nothing passes through rank 0.
  template <class T>
  auto exchange(const Name<std::vector<T>>& rows) const {
    return apply(detail::ExchangeStored<T>(), rows);
  }

 private:
  template <class... Ts>
  static constexpr bool travels() {
    static_assert(
        (Payload<Ts> && ...),
        "farm: a value of this type cannot travel: it is a pointer, a reference or a view, "
        "or a class without serialize(); see farm/payload.hpp");
    return (Payload<Ts> && ...);
  }
  template <class From, class T>
  static constexpr bool converts() {
    static_assert(std::is_convertible_v<From, T>,
                  "farm: a value does not convert to the type of the name");
    return std::is_convertible_v<From, T>;
  }
  template <class T, class Op>
  static constexpr bool combines() {
    static_assert(Stateless<Op>, "farm: this operation has state, which does not travel");
    if constexpr (Stateless<Op>) {
      static_assert(Combines<Op, T>,
                    "farm: this operation does not combine two values of this type");
      return Combines<Op, T>;
    }
    return false;
  }
  template <class Value, class... Ts>
  auto pull_as(const Name<Ts>&... names) const {
    if constexpr (travels<Ts...>()) {
      auto call = detail::collective<direct::Pull, Ts...>(
          detail::Collective::Move::gather, targets(), {{std::string(names.text())...}, false});
      return Answer<Value>(submit(std::move(call)));
    }
  }
  detail::BatchRef submit(detail::Collective&& call) const {
    return {*session_, session_->submit_collective(std::move(call))};
  }

 protected:
  detail::Session* session_;
  std::optional<std::vector<EngineId>> targets_;
};

/// Several engines, in an order.
class DirectView : public BasicDirectView<AsyncMapResult> {
 public:
  using BasicDirectView::BasicDirectView;
  /// This view with the engines of now.
  DirectView frozen() const { return {*session_, targets()}; }
  /// Copies a value from one of the view's engines to another, past rank 0, under this name or
  /// another. Throws std::out_of_range if one is not of the view.
  template <class T>
  AsyncMapResult<void> send(const Name<T>& name, EngineId from, EngineId to) const {
    return send(name, from, to, name);
  }
  template <class T>
  AsyncMapResult<void> send(const Name<T>& name, EngineId from, EngineId to,
                            const Name<T>& as) const {
    const DirectView both(*session_, pair_of(from, to));
    return both.apply(detail::SendStored<T>(), std::string(name.text()), std::string(as.text()));
  }

 private:
  std::vector<EngineId> pair_of(EngineId from, EngineId to) const;
};

/// One engine; answers bare values.
class EngineView : public BasicDirectView<AsyncResult> {
 public:
  EngineView(detail::Session& session, EngineId engine)
      : BasicDirectView(session, std::vector<EngineId>{engine}) {}
  EngineId id() const { return targets_->front(); }
};

}  // namespace farm
