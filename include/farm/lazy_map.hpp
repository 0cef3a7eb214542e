#pragma once

#include <functional>
#include <iterator>
#include <memory>
#include <optional>

#include "farm/async_result.hpp"
#include "farm/detail/items.hpp"
#include "farm/detail/settled_value.hpp"

namespace farm {

/// Bounds of a lazy map.
struct LazyOptions {
  /// Chunks that may be submitted and not completed. 0 = no bound: the input is read at once, as
  /// far as `buffer` allows. Automatic: twice the number of engines.
  CountOrAutomatic max_outstanding = automatic;
  /// Chunks that may be submitted and not consumed: what bounds the memory when the consumer is
  /// slower than the farm. Automatic: 4 * max_outstanding + 64, or no bound if that is 0.
  CountOrAutomatic buffer = automatic;
};

namespace detail {

/// The input of a lazy map without its types.
struct LazyInput {
  std::function<Submission()> submission;
  /// Reads at most so many items into the builder; false when the input has ended.
  std::function<bool(ItemsBuilder&, std::size_t)> read;
};

/// The moving parts of a lazy map; see runtime/client/lazy_map.cpp.
class LazyQueue;

struct LazyItem {
  BatchRef batch;
  std::uint64_t index = 0;
};

/// The queue reads no more input once the returned pointer and its copies are gone. Throws
/// std::invalid_argument for negative bounds and a buffer of 0.
std::shared_ptr<LazyQueue> make_lazy_queue(Session& session, LazyInput input,
                                           const TaskOptions& options, const LazyOptions& lazy,
                                           std::size_t engines);
bool at_end(LazyQueue& queue);
/// The item that is due; waits for it. Only when not at_end.
LazyItem current(LazyQueue& queue);
void advance(LazyQueue& queue);
void cancel(LazyQueue& queue);
std::uint64_t submitted(const LazyQueue& queue);

}  // namespace detail

/// The results of `imap`: an input range whose elements arrive in input order (in order of
/// completion if the view is unordered). New input is read whenever a chunk completes, by the
/// thread that then waits in the library, never beside the driver; so an input may be infinite, and
/// may look at the driver's own variables. An exception of the input is thrown where the consumer
/// would see its end, after the results of what was read before.
template <class T>
class LazyMap {
 public:
  using Value = typename Outcome<T>::Value;

  LazyMap(detail::Session& session, detail::LazyInput input, const TaskOptions& options,
          const LazyOptions& lazy, std::size_t engines)
      : queue_(detail::make_lazy_queue(session, std::move(input), options, lazy, engines)) {}

  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = Value;

    Iterator() = default;
    explicit Iterator(std::shared_ptr<detail::LazyQueue> queue) : queue_(std::move(queue)) {}

    /// Blocks until the element is there; throws its RemoteError.
    Value& operator*() const {
      if (!element_) {
        const detail::LazyItem item = detail::current(*queue_);
        element_.emplace(detail::settled_value<Value>(item.batch, item.index));
      }
      return *element_;
    }
    Iterator& operator++() {
      element_.reset();
      detail::advance(*queue_);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) {
      return detail::at_end(*it.queue_);
    }

   private:
    std::shared_ptr<detail::LazyQueue> queue_;
    mutable std::optional<Value> element_;
  };

  /// Continues where the last iteration stopped.
  Iterator begin() const { return Iterator(queue_); }
  std::default_sentinel_t end() const { return {}; }

  /// Reads no more input. What is submitted still completes and can still be iterated.
  void cancel() const { detail::cancel(*queue_); }
  /// Items read from the input and submitted so far.
  std::size_t submitted() const { return detail::submitted(*queue_); }

 private:
  std::shared_ptr<detail::LazyQueue> queue_;
};

}  // namespace farm
