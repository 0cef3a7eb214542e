#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "farm/result_handle.hpp"

namespace farm {

/// The result of a direct call that all targets make together: one value of the whole, and one item
/// for each engine for errors, times and progress.
template <class T>
class AsyncCollectiveResult : public ResultHandle {
 public:
  /// How the value is made of the engines' results. `last`: nobody will ask again.
  using Finish = std::function<T(const detail::BatchRef& batch, bool last)>;

  AsyncCollectiveResult() = default;
  AsyncCollectiveResult(detail::BatchRef batch, Finish finish)
      : ResultHandle(std::move(batch)), finish_(std::make_shared<Finish>(std::move(finish))) {}

  /// The value, each time it is called. Blocks until every engine has answered, at most for
  /// `limit`. Throws CompositeError with an entry for each engine that failed, TimeoutError if the
  /// limit passed (the call goes on).
  T get(Limit limit = std::nullopt) const& { return finished(limit, false); }
  /// The same of a handle that is not used again, without a copy where the value is large.
  T get(Limit limit = std::nullopt) && {
    return finished(limit, finish_ != nullptr && finish_.use_count() == 1);
  }

 private:
  T finished(Limit limit, bool last) const {
    await_all(deadline(limit));
    throw_failures();
    return (*finish_)(batch_, last);
  }

  std::shared_ptr<Finish> finish_;
};

}  // namespace farm
