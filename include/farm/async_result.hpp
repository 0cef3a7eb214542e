#pragma once

#include <type_traits>
#include <variant>

#include "farm/detail/failure.hpp"
#include "farm/detail/settled_value.hpp"
#include "farm/payload.hpp"
#include "farm/result_handle.hpp"

namespace farm {

/// The result of one task, at once there as a handle and later as a value.
template <class T>
class AsyncResult : public ResultHandle {
 public:
  using Value = typename Outcome<T>::Value;
  using ResultHandle::ResultHandle;

  /// The value, each time it is called. Blocks until the task has ended, at most for `limit`.
  /// Throws RemoteError if the kernel failed, TaskAborted if it was cancelled, TimeoutError if the
  /// limit passed (the task goes on).
  T get(Limit limit = std::nullopt) const {
    if constexpr (std::is_void_v<T>) {
      detail::awaited_value<Value>(batch_, 0, deadline(limit));
    } else {
      return detail::awaited_value<Value>(batch_, 0, deadline(limit));
    }
  }

  /// Blocks until the task has ended; value or error without throwing.
  Outcome<T> outcome() const {
    wait();
    if (auto error = error_of(0)) return {0, std::move(error), info()};
    try {
      return {0, value(), info()};
    } catch (...) {
      return {0, std::current_exception(), info()};
    }
  }

  /// Runs `f(value)` on rank 0 as soon as the task has ended, by whichever thread of the library is
  /// there (the progress thread too); returns the handle of its result, which must be a Payload. If
  /// the task failed, f does not run and the new handle fails alike. `f` must not block for long.
  template <class F>
  auto then(F f) const;

 private:
  Value value() const { return detail::settled_value<Value>(batch_, 0); }
};

namespace detail {

template <class T, class F>
auto call_with(F& f, const AsyncResult<T>& from) {
  if constexpr (std::is_void_v<T>) {
    from.get();
    return f();
  } else {
    return f(from.get());
  }
}

}  // namespace detail

template <class T>
template <class F>
auto AsyncResult<T>::then(F f) const {
  using Returned = std::remove_cvref_t<decltype(detail::call_with(f, *this))>;
  using Stored = typename Outcome<Returned>::Value;
  static_assert(Payload<Stored>, "farm: the continuation's result cannot be stored");
  AsyncResult<Returned> next(
      detail::BatchRef(session(), session().promise(1, packed_size<Stored>())));
  session().on_done(
      *batch_, detail::RunBy::anybody, [from = *this, next, f = std::move(f)]() mutable {
        detail::Session& session = from.session();
        const detail::Settled settled = session.read(*from.batch_, 0);
        if (settled.status != detail::Status::done) {
          session.settle(*next.batch(), 0, settled, from.info());
          return;
        }
        Buffer buffer;
        try {
          Writer writer(buffer);
          if constexpr (std::is_void_v<Returned>) {
            detail::call_with(f, from);
          } else {
            pack<Stored>(writer, detail::call_with(f, from));
          }
        } catch (...) {
          const Bytes failure = detail::encode_failure(
              detail::record_of(std::current_exception(), detail::Fault::exception));
          session.settle(*next.batch(), 0, {detail::Status::failed, failure.span()}, from.info());
          return;
        }
        session.settle(*next.batch(), 0, {detail::Status::done, buffer.span()}, from.info());
      });
  return next;
}

}  // namespace farm
