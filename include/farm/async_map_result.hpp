#pragma once

#include <cstring>
#include <iterator>
#include <map>
#include <vector>

#include "farm/async_result.hpp"

namespace farm {

namespace detail {

// Loads element after element of a result; the end is known by count. One pass: the element lives
// in the iterator.
template <class Source>
class ElementIterator {
 public:
  using iterator_concept = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = typename Source::Element;

  ElementIterator() = default;
  explicit ElementIterator(Source source) : source_(std::move(source)) {}

  value_type& operator*() const {
    if (!element_) element_.emplace(source_.load(at_));
    return *element_;
  }
  value_type* operator->() const { return &**this; }
  ElementIterator& operator++() {
    ++at_;
    element_.reset();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const ElementIterator& it, std::default_sentinel_t) {
    return it.at_ == it.source_.size();
  }

 private:
  mutable Source source_{};
  std::size_t at_ = 0;
  mutable std::optional<value_type> element_;
};

template <class Source>
class ElementRange {
 public:
  explicit ElementRange(Source source) : source_(std::move(source)) {}
  ElementIterator<Source> begin() const { return ElementIterator<Source>(source_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  Source source_;
};

}  // namespace detail

/// The results of a map: item i belongs to input i.
template <class T>
class AsyncMapResult : public ResultHandle {
 public:
  using Value = typename Outcome<T>::Value;

  AsyncMapResult() = default;
  explicit AsyncMapResult(detail::BatchRef batch, bool ordered = true)
      : ResultHandle(std::move(batch)), ordered_(ordered) {}

  /// All values in input order (in order of completion if the map was unordered). Blocks until
  /// every item has ended, at most for `limit`. Throws CompositeError with an entry per failure;
  /// TimeoutError if the limit passed; RemoteError for a result that does not unpack here.
  std::vector<Value> get(Limit limit = std::nullopt) const {
    await_all(deadline(limit));
    throw_failures();
    if constexpr (detail::is_raw<Value> && std::is_default_constructible_v<Value> &&
                  !std::is_same_v<Value, bool> && !std::is_empty_v<Value>) {
      const auto all = ordered_ ? session().read_all(*batch_) : std::nullopt;
      if (all) {
        std::vector<Value> values(size());
        if (!all->empty()) std::memcpy(values.data(), all->data(), all->size());
        return values;
      }
    }
    std::vector<Value> values;
    values.reserve(size());
    for (std::size_t k = 0; k < size(); ++k) values.push_back(value(item_at(k)));
    return values;
  }

  /// Values and errors in place, in input order. Blocks until every item has ended.
  std::vector<Outcome<T>> outcomes() const {
    wait();
    std::vector<Outcome<T>> all;
    all.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) all.push_back(outcome(i));
    return all;
  }

  /// Value or error of item i. Blocks until it has ended. Throws std::out_of_range.
  Outcome<T> outcome(std::size_t i) const {
    if (i >= size()) throw std::out_of_range("this map has fewer items");
    await_item(i, std::nullopt);
    return load_outcome(i);
  }

  /// The values by the engine that produced them. Throws std::logic_error if an engine produced
  /// two; otherwise as get().
  std::map<EngineId, Value> get_dict(Limit limit = std::nullopt) const {
    await_all(deadline(limit));
    throw_failures();
    std::map<EngineId, Value> values;
    for (std::size_t i = 0; i < size(); ++i) {
      if (!values.emplace(info(i).engine, value(i)).second) {
        throw std::logic_error("get_dict: an engine ran more than one item of this call");
      }
    }
    return values;
  }

  /// Iterates the values in input order, each as soon as it is there (an unordered map: in order of
  /// completion). Incrementing never blocks, looking at an element blocks until it is there and
  /// throws its RemoteError or TaskAborted.
  auto begin() const { return within(std::nullopt).begin(); }
  std::default_sentinel_t end() const { return {}; }

  /// The same with a limit from now on: past it, an element that is not there throws TimeoutError.
  auto within(Limit limit) const {
    return detail::ElementRange<Values>(Values{*this, deadline(limit)});
  }

  /// Iterates Outcomes in order of completion, each once; never throws a task's error. Past the
  /// limit, throws TimeoutError.
  auto as_completed(Limit limit = std::nullopt) const {
    return detail::ElementRange<Outcomes>(Outcomes{*this, deadline(limit)});
  }

 private:
  struct Values {
    using Element = Value;
    AsyncMapResult result;
    detail::Deadline deadline;
    std::uint64_t ready = 0;  // items known to have ended: no need to ask again

    std::size_t size() const { return result.batch_ ? result.size() : 0; }
    Value load(std::size_t k) { return result.load_value(k, ready, deadline); }
  };
  struct Outcomes {
    using Element = Outcome<T>;
    AsyncMapResult result;
    detail::Deadline deadline;

    std::size_t size() const { return result.batch_ ? result.size() : 0; }
    Outcome<T> load(std::size_t k) {
      result.await_some(k + 1, deadline);
      return result.load_outcome(result.session().completed(*result.batch_, k));
    }
  };

  Value load_value(std::size_t k, std::uint64_t& ready, detail::Deadline deadline) const {
    std::size_t i = k;
    if (!ordered_) {
      await_some(k + 1, deadline);
      i = session().completed(*batch_, k);
    } else if (i >= ready) {
      await_item(i, deadline);
      ready = session().settled_prefix(*batch_);
    }
    return value(i);
  }
  std::size_t item_at(std::size_t k) const {
    return ordered_ ? k : session().completed(*batch_, k);
  }
  Value value(std::size_t i) const { return detail::settled_value<Value>(batch_, i); }
  Outcome<T> load_outcome(std::size_t i) const {
    if (auto error = error_of(i)) return {i, std::move(error), info(i)};
    try {
      return {i, value(i), info(i)};
    } catch (...) {
      return {i, std::current_exception(), info(i)};
    }
  }

  bool ordered_ = true;
};

}  // namespace farm
