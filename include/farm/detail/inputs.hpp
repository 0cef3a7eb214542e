#pragma once

#include <iterator>
#include <ranges>
#include <stdexcept>

#include "farm/detail/session.hpp"
#include "farm/kernel.hpp"

namespace farm::detail {

inline void check_length(std::optional<std::size_t>& common, std::size_t size) {
  if (common && *common != size) {
    throw std::invalid_argument("the ranges of this map have different lengths: " +
                                std::to_string(*common) + " and " + std::to_string(size));
  }
  common = size;
}

/// Throws std::invalid_argument if ranges of known length differ; returns the length if known.
template <class... Ranges>
std::optional<std::size_t> check_lengths(Ranges&... ranges) {
  std::optional<std::size_t> common;
  const auto look = [&common](auto& range) {
    if constexpr (std::ranges::sized_range<decltype(range)>) {
      check_length(common, std::ranges::size(range));
    }
  };
  (look(ranges), ...);
  return common;
}

template <class T>
inline constexpr bool is_kept = false;
template <class T>
inline constexpr bool is_kept<Kept<T>> = true;

/// A call of `Called` with arguments of these types, and how it becomes a submission.
template <class Called, class... Args>
struct Made {
  using Meet = Meeting<Called, Args...>;
  using Wire = typename Meet::Wire;

  static constexpr bool check() { return Meet::check(); }

  // A template, so that nothing of it is looked at before check() has spoken.
  template <class Tuple>
  struct Checked {
    using Code = Thunk<typename Meet::Function, typename Meet::CommonTuple, Tuple>;
    using Returned = std::remove_cvref_t<typename Code::Returned>;
  };

  /// The route must outlive the submission.
  static Submission prepare(const Called& called, const Route& route) {
    using Code = typename Checked<Wire>::Code;
    Submission submission;
    submission.kernel = &Code::entry;
    submission.common = Callee<Called>::common(called);
    submission.route = &route;
    submission.item_size = packed_size<Wire>();
    return submission;
  }

  /// An argument whose serialize throws fails its own task: the error travels in its place.
  template <class... Given>
  static void pack_item(ItemsBuilder& items, const Given&... args) {
    try {
      Writer writer(items.buffer());
      pack_as(writer, std::type_identity<Wire>(), args...);
      items.end();
    } catch (...) {
      reply_failure(items, Fault::argument);
    }
  }

  /// The one item of a call some of whose arguments are results that are not there yet.
  template <class... Given>
  static void pack_spliced(Submission& submission, const Given&... args) {
    (check_handle(args), ...);
    Buffer buffer;
    try {
      splice(submission.splices, buffer, std::type_identity<Wire>(), args...);
      submission.count = 1;
      submission.items = Bytes(std::move(buffer));
    } catch (...) {
      submission.splices.clear();
      buffer.resize(0);
      ItemsBuilder items(buffer, submission.item_size);
      reply_failure(items, Fault::argument);
      finish(submission, buffer, items);
    }
  }

  static void finish(Submission& submission, Buffer& buffer, ItemsBuilder& items) {
    items.finish();
    submission.count = items.count();
    submission.item_size = items.item_size();
    submission.items = Bytes(std::move(buffer));
  }

  template <class Range>
  static constexpr bool copyable_at_once() {
    if constexpr (std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range>) {
      using Value = std::ranges::range_value_t<Range>;
      return std::is_same_v<std::tuple<Value>, Wire> && is_raw<Value> && !std::is_empty_v<Value>;
    }
    return false;
  }

  template <class First, class... Rest>
  static void pack_ranges(Submission& submission, First& first, Rest&... rest) {
    if constexpr (sizeof...(Rest) == 0 && copyable_at_once<First>()) {
      submission.count = std::ranges::size(first);
      submission.items = Bytes(std::as_bytes(std::span(first)));
    } else {
      Buffer buffer;
      ItemsBuilder items(buffer, submission.item_size);
      const auto length = check_lengths(first, rest...);
      if (length && items.item_size() != variable_size) buffer.reserve(*length * items.item_size());
      pack_zipped(items, std::make_tuple(Cursor<First>(first), Cursor<Rest>(rest)...),
                  std::index_sequence_for<First, Rest...>());
      finish(submission, buffer, items);
    }
  }

  template <class Range>
  static void pack_tuples(Submission& submission, Range& tuples) {
    Buffer buffer;
    ItemsBuilder items(buffer, submission.item_size);
    for (auto&& tuple : tuples) {
      std::apply([&items](const auto&... args) { pack_item(items, args...); }, tuple);
    }
    finish(submission, buffer, items);
  }

 private:
  template <class Arg>
  static void check_handle(const Arg& arg) {
    if constexpr (is_result<Arg>) {
      if (!arg.batch()) throw std::invalid_argument("an argument is a handle of no task");
    }
  }
  template <class... To, class... Given>
  static void splice(std::vector<Splice>& splices, Buffer& buffer,
                     std::type_identity<std::tuple<To...>>, const Given&... args) {
    Writer writer(buffer);
    const auto one = [&]<class One>(std::type_identity<One>, const auto& arg) {
      using From = std::remove_cvref_t<decltype(arg)>;
      if constexpr (is_result<From>) {
        splices.push_back({buffer.size(), std::make_shared<const BatchRef>(arg.batch()),
                           is_kept<typename From::Value>});
      } else {
        pack_as(writer, std::type_identity<std::tuple<One>>(), arg);
      }
    };
    (one(std::type_identity<To>(), args), ...);
  }

  template <class Range>
  struct Cursor {
    explicit Cursor(Range& range) : at(std::ranges::begin(range)), end(std::ranges::end(range)) {}
    std::ranges::iterator_t<Range> at;
    std::ranges::sentinel_t<Range> end;
  };

  template <class Cursors, std::size_t... i>
  static void pack_zipped(ItemsBuilder& items, Cursors cursors, std::index_sequence<i...>) {
    for (; ((std::get<i>(cursors).at != std::get<i>(cursors).end) && ...);
         (++std::get<i>(cursors).at, ...)) {
      pack_item(items, *std::get<i>(cursors).at...);
    }
  }
};

/// What a checked call returns. Not a member, which would be looked at before check() has spoken.
template <class Made>
using ReturnedBy = typename Made::template Checked<typename Made::Wire>::Returned;

template <class F, class Tuple>
struct MadeOfTuple;
template <class F, template <class...> class Tuple, class... Args>
struct MadeOfTuple<F, Tuple<Args...>> {
  using type = Made<F, const Args&...>;
};

/// The input of a lazy map, element by element: refers to a range that the caller keeps, or owns
/// one that was given away.
template <class Range>
class LazySource {
 public:
  explicit LazySource(Range&& range) : range_(std::forward<Range>(range)) {}

  bool ended() {
    // Not before it is asked for: beginning or advancing a generator runs it.
    if (!at_) {
      at_.emplace(std::ranges::begin(range_));
    } else if (used_) {
      ++*at_;
    }
    used_ = false;
    return *at_ == std::ranges::end(range_);
  }
  decltype(auto) element() { return **at_; }
  void advance() { used_ = true; }

 private:
  Range range_;
  std::optional<std::ranges::iterator_t<Range>> at_;
  bool used_ = false;
};

}  // namespace farm::detail
