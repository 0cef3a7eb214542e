#pragma once

#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "farm/detail/inputs.hpp"
#include "farm/detail/session.hpp"
#include "farm/partition.hpp"

namespace farm::detail {

/// Calls the callable that stands under a name on the engine.
struct CallStored {
  template <class F, class... Args>
  requires std::is_invocable_v<F&, Engine&, Args...>
  decltype(auto) operator()(Engine& here, F& f, Args&&... args) const {
    return f(here, std::forward<Args>(args)...);
  }
  template <class F, class... Args>
  requires std::is_invocable_v<F&, Args...>
  decltype(auto) operator()(F& f, Args&&... args) const { return f(std::forward<Args>(args)...); }
};

/// Whether a kernel that takes the engine never talks to others; for those of the library.
template <class F>
inline constexpr bool quiet = false;

/// One share of one item for each target.
inline std::vector<Share> one_each(const std::vector<EngineId>& targets) {
  std::vector<Share> shares;
  shares.reserve(targets.size());
  for (const EngineId target : targets) shares.push_back({target, shares.size(), 1});
  return shares;
}

/// Blocks of n items, the first n mod q one item larger.
inline std::vector<Share> blocks(const std::vector<EngineId>& targets, std::size_t n) {
  std::vector<Share> shares;
  shares.reserve(targets.size());
  for (const EngineId target : targets) {
    const std::size_t i = shares.size();
    shares.push_back({target, part_begin(n, targets.size(), i), part_size(n, targets.size(), i)});
  }
  return shares;
}

/// A direct call of this kernel with arguments of these types.
template <class Called, class... Args>
struct MadeDirect : Made<Called, Args...> {
  using Base = Made<Called, Args...>;

  template <class Tuple>
  static constexpr bool with_engine = Base::template Checked<Tuple>::Code::with_engine;

  static Submission prepare(const Called& called) {
    static const Route route;  // direct calls have no options
    return Base::prepare(called, route);
  }

  /// The same arguments for every target.
  static BatchRef apply(Session& session, const std::vector<EngineId>& targets,
                        const Called& called, const std::remove_cvref_t<Args>&... args) {
    Submission submission = prepare(called);
    Buffer buffer;
    ItemsBuilder items(buffer, submission.item_size);
    Base::pack_item(items, args...);
    Base::finish(submission, buffer, items);
    submission.count = targets.size();
    submission.repeated = true;
    return submit(session, std::move(submission), one_each(targets));
  }

  /// One tuple of arguments for each target.
  template <class Tuples>
  static BatchRef apply_each(Session& session, const std::vector<EngineId>& targets,
                             const Called& called, const Tuples& tuples) {
    Submission submission = prepare(called);
    Base::pack_tuples(submission, tuples);
    return submit(session, std::move(submission), one_each(targets));
  }

  /// The zipped ranges, a contiguous block for each target.
  template <class... Ranges>
  static BatchRef map(Session& session, const std::vector<EngineId>& targets, const Called& called,
                      Ranges&... ranges) {
    check_lengths(ranges...);
    Submission submission = prepare(called);
    Base::pack_ranges(submission, ranges...);
    std::vector<Share> shares = blocks(targets, submission.count);
    return {session, session.submit_direct(std::move(submission), std::move(shares), false)};
  }

 private:
  static BatchRef submit(Session& session, Submission&& submission, std::vector<Share> shares) {
    constexpr bool together = with_engine<typename Base::Wire> && !quiet<Called>;
    return {session, session.submit_direct(std::move(submission), std::move(shares), together)};
  }
};

}  // namespace farm::detail
