#pragma once

#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "farm/async_map_result.hpp"

namespace farm {

/// When a wait over several handles is over.
enum class When {
  first_completed,  ///< one of them has ended
  first_exception,  ///< one has ended with an error, or all have ended
  all_completed,
};

/// Something that can be waited for: a handle of the farm, or a future of somebody else's.
class Waitable {
 public:
  // NOLINTBEGIN(google-explicit-constructor): so that a list of handles is a list of waitables.
  Waitable(const ResultHandle& handle) : handle_(handle) {}
  template <class T>
  Waitable(const std::future<T>& future)
      : ready_([&future] { return future.wait_for(Seconds{0}) != std::future_status::timeout; }) {}
  template <class T>
  Waitable(const std::shared_future<T>& future)
      : ready_([future] { return future.wait_for(Seconds{0}) != std::future_status::timeout; }) {}
  // NOLINTEND(google-explicit-constructor)

  bool is_handle() const { return !ready_; }
  const ResultHandle& handle() const { return handle_; }
  bool foreign_ready() const { return ready_(); }

 private:
  ResultHandle handle_;
  std::function<bool()> ready_;
};

/// Positions in the list that was waited for.
struct Waited {
  std::vector<std::size_t> done;
  std::vector<std::size_t> pending;
};

/// Blocks until `when` is true of the list, at most for `limit`; an empty list is done at once.
/// Never throws a task's error. A list of foreign futures alone is an error
/// (std::invalid_argument): there is no farm to move.
Waited wait(const std::vector<Waitable>& list, When when = When::all_completed,
            Limit limit = std::nullopt);

/// The same over a range of handles.
template <std::ranges::input_range Handles>
requires std::derived_from<std::ranges::range_value_t<Handles>, ResultHandle> Waited
wait(const Handles& handles, When when = When::all_completed, Limit limit = std::nullopt) {
  return wait(std::vector<Waitable>(std::ranges::begin(handles), std::ranges::end(handles)), when,
              limit);
}

namespace detail {

/// Positions of handles in order of completion; shared with the callbacks that fill it.
class CompletionQueue {
 public:
  void watch(const ResultHandle& handle, std::size_t position,
             const std::shared_ptr<CompletionQueue>& self);
  /// The k-th position; blocks until there is one.
  std::size_t at(std::size_t k, Session& session, Deadline deadline);
  /// Takes the first position out; nothing if the deadline passes before there is one.
  std::optional<std::size_t> take(Session& session, Deadline deadline);

 private:
  bool await(std::size_t count, Session& session, Deadline deadline);

  std::mutex mutex_;
  std::deque<std::size_t> done_;
};

}  // namespace detail

/// The handles of a list in order of completion, each once: `for (const auto& h :
/// as_completed(hs))`. The list must outlive the iteration. Past the limit, throws TimeoutError.
template <class Handle>
auto as_completed(const std::vector<Handle>& handles, Limit limit = std::nullopt) {
  struct Source {
    using Element = Handle;
    const std::vector<Handle>* handles = nullptr;
    std::shared_ptr<detail::CompletionQueue> queue;
    detail::Deadline deadline;

    std::size_t size() const { return handles == nullptr ? 0 : handles->size(); }
    Element load(std::size_t k) {
      return (*handles)[queue->at(k, handles->front().batch().session(), deadline)];
    }
  };
  Source source{&handles, std::make_shared<detail::CompletionQueue>(), {}};
  if (!handles.empty()) {
    source.deadline = detail::deadline_after(handles.front().batch().session(), limit);
  }
  for (std::size_t i = 0; i < handles.size(); ++i) source.queue->watch(handles[i], i, source.queue);
  return detail::ElementRange<Source>(std::move(source));
}

/// Many handles as one: item i of the result is the value (or the error) of handle i. An empty list
/// is an error (std::invalid_argument).
template <class T>
AsyncMapResult<T> collect(const std::vector<AsyncResult<T>>& handles) {
  if (handles.empty()) throw std::invalid_argument("collect needs at least one handle");
  detail::Session& session = handles.front().batch().session();
  using Value = typename Outcome<T>::Value;
  AsyncMapResult<T> all(
      detail::BatchRef(session, session.promise(handles.size(), packed_size<Value>())));
  for (std::size_t i = 0; i < handles.size(); ++i) {
    session.on_done(*handles[i].batch(), detail::RunBy::anybody, [i, all, from = handles[i]] {
      detail::Session& session = from.batch().session();
      detail::Settled settled = session.read(*from.batch(), 0);
      Buffer packed;
      if (settled.bulk && settled.status == detail::Status::done) {
        // A value from a collective call is in another form than the others of the list.
        Writer writer(packed);
        pack(writer, detail::take_bulk<Value>(settled.bytes));
        settled.bytes = packed.span();
      }
      session.settle(*all.batch(), i, settled, from.info());
    });
  }
  return all;
}

}  // namespace farm
