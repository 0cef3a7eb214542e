#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>

#include "farm/detail/item_watch.hpp"
#include "farm/detail/publication.hpp"
#include "farm/detail/stop_point.hpp"
#include "farm/store.hpp"
#include "farm/task_output.hpp"
#include "farm/types.hpp"

namespace farm {

class Communicator;
class LoadBalancedView;

namespace detail {
class Session;
}

/// Where a kernel runs: passed to every kernel whose first parameter is `farm::Engine&`. Valid
/// during the call; used by the thread that runs the kernel.
class Engine {
 public:
  Engine(EngineId id, std::string host, int engines, std::uint64_t seed)
      : id_(id), host_(std::move(host)), engines_(engines), seed_(seed), store_(id) {}

  /// The engine's id, which is its MPI rank.
  EngineId id() const { return id_; }
  const std::string& host() const { return host_; }
  /// Number of engines in the job.
  int size() const { return engines_; }
  /// The task that is running.
  TaskId task() const { return task_; }
  /// Which attempt at the task this is, counted from 1.
  int attempt() const { return attempt_; }

  /// The engine's namespace, which lasts as long as the run. Direct and load-balanced kernels see
  /// the same one.
  Store& store() { return store_; }
  /// The value under this name. Throws NameError if there is none, or one of another type.
  template <class T>
  T& operator[](const Name<T>& name) {
    return store_.at<T>(name.text());
  }
  /// Stores a value under this name, in place of whatever stood there.
  template <class T>
  T& put(const Name<T>& name, std::type_identity_t<T> value) {
    return store_.put<T>(name.text(), std::move(value));
  }
  template <class T>
  bool contains(const Name<T>& name) const {
    return store_.contains(name.text());
  }

  /// The communicator of exactly the engines of this direct call or gang (`ranks`), for kernels
  /// that talk to each other; the engine's rank there is its position in the view. Include
  /// farm/communicator.hpp. Throws farm::Error in a load-balanced task that runs on one engine
  /// alone.
  Communicator& communicator();

  /// A random stream that depends on the run's seed and on the task, and not on the engine: the
  /// same program gives the same numbers on any number of engines. The first use in a task seeds it
  /// (2 us); later calls in the same task continue it.
  std::mt19937_64& random();

  /// Whether somebody wants this task to end, or it has run longer than its `run_limit`. A kernel
  /// that heeds it either throws farm::Interrupted, or returns a value, which then counts. Heard
  /// some milliseconds after it was said. In a direct call, and with --farm-listener=none, these
  /// functions look for it themselves, so that only a kernel that calls one of them hears.
  bool stop_requested() { return stop_.requested(); }
  /// Throws farm::Interrupted, which says why, if stop_requested().
  void check_stop() { stop_.check(); }
  /// Sleeps; throws as check_stop() as soon as stop_requested().
  void sleep_for(Seconds duration) { stop_.sleep(duration); }
  /// The same request for code that waits for a std::stop_token, in any thread. The token is the
  /// task's own.
  std::stop_token stop_token() { return stop_.token(); }

  /// Shows a value to the driver while the kernel goes on: the handle's published() returns it
  /// until the task publishes another one, and after its end. Only the last value counts: one that
  /// is replaced within 10 ms may never be seen. Throws std::length_error if it is larger than 16
  /// MiB.
  template <class T>
  void publish(const T& value) {
    publish_as({}, value);
  }
  /// The same of a value under a name.
  template <class T>
  void publish(const Name<T>& name, const std::type_identity_t<T>& value) {
    publish_as(name.text(), value);
  }
  /// Says how far the task is: a number from 0 to 1, and in words. Shown as published values are.
  void progress(double fraction, const std::string& text = {});

  /// Prints a text of any bytes as output of this task, without going through stdout: it is on its
  /// way to rank 0 when this returns, and there before the task's result is. Blocks while more than
  /// 1 MiB is on its way. Rank 0 hands it to the function given to Client::watch_output. Without
  /// one it is shown and kept like what --farm-output captures; if that lets output `through`, rank
  /// 0 writes it to its own stdout or stderr as it comes.
  void print(Stream stream, std::string_view text) {
    if (print_) print_(stream, text);
  }

  /// A view that submits tasks to the farm, from a kernel: the same verbs and handles as those of
  /// the driver's views. The tasks are one level below this one and belong to its view's share.
  /// While the kernel waits for them, the engine runs tasks of a deeper level than this one's, or
  /// direct calls, on top of its stack: so waiting never deadlocks, but what a kernel has read from
  /// the namespace may be another value after a wait. See farm/nested.hpp, which must be included.
  LoadBalancedView load_balanced();
  /// Short for `load_balanced().apply(kernel, args...)`.
  template <class F, class... Args>
  auto submit(const F& f, const Args&... args);

  /// For the engine's serve loop: whom load_balanced() talks through; shared, because a handle that
  /// is kept in the namespace goes after that loop.
  void submit_through(std::shared_ptr<detail::Session> session) { session_ = std::move(session); }

  /// What belongs to the task that runs, and not to the engine.
  struct TaskState {
    TaskId task{};
    int attempt = 1;
    detail::StopPoint::State stop;
    Communicator* communicator = nullptr;
    std::unique_ptr<std::mt19937_64> stream;  ///< null: not seeded
  };
  /// For the engine's serve loop: another task runs, until the state is given back.
  TaskState suspend();
  void resume(TaskState&& state);

  /// For the engine's serve loop: a chunk of tasks. What it says holds for all of them.
  void begin_chunk(int attempt, std::int64_t limit_ns, detail::StopPoint::Ear* ear) {
    attempt_ = attempt;
    stop_.begin_chunk(limit_ns, ear);
  }
  /// For the engine's serve loop. False if the task shall not run any more.
  bool begin(TaskId task) {
    task_ = task;
    seeded_ = false;
    if (watch_ != nullptr) watch_->begin(task);
    return stop_.begin_item();
  }
  /// For the engine's serve loop or a sandbox's: who is told of each item; null: nobody.
  void watch_items(detail::ItemWatch* watch) { watch_ = watch; }
  /// For the engine's serve loop or a sandbox's: where published values go; null: nowhere.
  void publish_through(detail::Publish publish) { publish_ = std::move(publish); }
  /// The same of printed texts.
  void print_through(detail::Print print) { print_ = std::move(print); }
  /// For the engine's serve loop; null: none.
  void talk_through(Communicator* communicator) { communicator_ = communicator; }
  /// For the engine's serve loop.
  detail::StopPoint& stop_point() { return stop_; }

 private:
  template <class T>
  void publish_as(std::string_view name, const T& value) {
    // A literal is published as what it becomes.
    using Decayed = std::decay_t<const T&>;
    using Value = std::conditional_t<std::is_convertible_v<Decayed, const char*>, std::string,
                                     std::remove_cv_t<T>>;
    static_assert(Payload<Value>, "farm: what a kernel publishes must be a Payload");
    if (!publish_) return;
    Buffer packed;
    Writer writer(packed);
    if constexpr (std::is_same_v<Value, std::remove_cv_t<T>>) {
      pack<Value>(writer, value);
    } else {
      pack<Value>(writer, Value(value));
    }
    publish_({false, 0, std::string(name), detail::type_mark<Value>(), Bytes(std::move(packed))});
  }

  EngineId id_;
  std::string host_;
  int engines_;
  std::uint64_t seed_;
  std::shared_ptr<detail::Session> session_;  // before what may hold handles
  Store store_;
  Communicator* communicator_ = nullptr;
  detail::ItemWatch* watch_ = nullptr;
  detail::Publish publish_;
  detail::Print print_;
  TaskId task_{};
  int attempt_ = 1;
  bool seeded_ = false;
  detail::StopPoint stop_;
  std::mt19937_64 stream_;
};

}  // namespace farm
