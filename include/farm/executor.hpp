#pragma once

#include <exception>
#include <string>
#include <vector>

#include "farm/load_balanced_view.hpp"

namespace farm {

class Client;

struct ExecutorOptions {
  /// Engines that work for it, the first of the job. Automatic: all, or what --farm-max-workers
  /// says.
  CountOrAutomatic max_workers = automatic;
};

/// The farm with the face of concurrent.futures.Executor: submit, map, starmap, shutdown. Several
/// executors share the engines and take turns. The destructor is shutdown(). Used by one thread at
/// a time.
class Executor {
 public:
  /// Throws std::invalid_argument if max_workers is 0 or negative.
  explicit Executor(Client& client, const ExecutorOptions& options = {});
  /// With an initializer: `init(args...)` runs once on each engine before any task of this
  /// executor. If it throws, that engine runs none of them, pending and later tasks fail with
  /// BrokenExecutor, and num_workers() is 0.
  template <class F, class... Args>
  Executor(Client& client, const ExecutorOptions& options, const F& init, const Args&... args)
      : Executor(client, options) {
    using Made = detail::Made<F, const Args&...>;
    if constexpr (Made::check()) {
      // Packed when it is sent; `this` is not copied or moved.
      set_initializer(client, options, [this, init, packed = std::make_tuple(args...)] {
        detail::Submission submission = Made::prepare(init, *view_.route());
        Buffer buffer;
        detail::ItemsBuilder items(buffer, submission.item_size);
        for (std::size_t i = 0; i < view_.size(); ++i) {
          std::apply([&](const auto&... each) { Made::pack_item(items, each...); }, packed);
        }
        Made::finish(submission, buffer, items);
        return submission;
      });
    }
  }
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor();

  /// One call of the kernel. Throws std::runtime_error after shutdown, BrokenExecutor if broken.
  template <class F, class... Args>
  auto submit(const F& f, const Args&... args) {
    auto handle = ready_view().apply(f, args...);
    track(handle);
    return handle;
  }

  /// The kernel on each element of the (zipped) ranges; iterating the result gives the values in
  /// order, each as soon as it is there. Errors as submit.
  template <class F, std::ranges::input_range... Ranges>
  auto map(const F& f, Ranges&&... ranges) {
    auto handle = ready_view().map(f, std::forward<Ranges>(ranges)...);
    track(handle);
    return handle;
  }

  template <class F, std::ranges::input_range Range>
  auto starmap(const F& f, Range&& tuples) {
    auto handle = ready_view().starmap(f, std::forward<Range>(tuples));
    track(handle);
    return handle;
  }

  /// Starts the initializer on every engine now and not with the first task. Twice is harmless.
  /// Throws std::runtime_error after shutdown.
  void bootup();

  /// No more tasks. `cancel` drops those that have not started; `wait` blocks until the rest has
  /// ended. Twice is harmless, in any order of flags.
  void shutdown(bool wait = true, bool cancel = false);

  /// Engines that work for it; 0 once it is broken.
  std::size_t num_workers() const;

  /// Other options for all that follows: a chunk, say.
  void set_options(const With& changes) { view_ = view_.with(changes); }

 private:
  void set_initializer(Client& client, const ExecutorOptions& options,
                       std::function<detail::Submission()> submission);
  const LoadBalancedView& ready_view();
  void track(const ResultHandle& handle);
  bool broken() const;
  std::string first_failure() const;

  detail::Session* session_;
  std::uint32_t share_;
  std::uint32_t setup_ = 0;
  LoadBalancedView view_;
  std::function<detail::Submission()> initializer_;
  ResultHandle booted_;
  std::vector<ResultHandle> handles_;
  std::size_t prune_at_ = 1024;
  int exceptions_ = std::uncaught_exceptions();
  mutable std::optional<bool> broken_;  // as soon as it is known for good
  bool started_ = false;
  bool shut_ = false;
};

}  // namespace farm
