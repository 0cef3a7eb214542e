#pragma once

#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "farm/detail/drain.hpp"
#include "farm/detail/spoken.hpp"
#include "farm/direct_view.hpp"
#include "farm/engine_info.hpp"
#include "farm/label_scope.hpp"
#include "farm/load_balanced_view.hpp"
#include "farm/records.hpp"
#include "farm/targets.hpp"
#include "farm/wait.hpp"

namespace farm {

/// The driver's door to the farm; exists on rank 0 while farm::run runs the driver.
class Client {
 public:
  Client(detail::Session& session, EngineInfo hub, std::vector<std::string> arguments,
         std::optional<int> max_workers, detail::Drain* drain = nullptr)
      : session_(&session),
        hub_(std::move(hub)),
        arguments_(std::move(arguments)),
        max_workers_(max_workers),
        drain_(drain) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Ids of the engines, ascending. An engine that has died is not among them; ids never change.
  std::vector<EngineId> ids() const;
  std::size_t size() const { return session_->engines()->size(); }
  std::vector<EngineInfo> engines() const { return *session_->engines(); }
  /// Rank 0. With one process the only engine lives there, too, and has id 0.
  const EngineInfo& hub() const { return hub_; }

  /// The program's own arguments, from its name on; runtime options are taken out.
  const std::vector<std::string>& arguments() const { return arguments_; }

  /// A view that hands tasks to whichever engine is free.
  LoadBalancedView load_balanced() const;
  /// The same among these engines; -1 is the last one, -2 the one before. Throws std::out_of_range
  /// for an unknown id or one of an engine that has died, NoEngines for none.
  LoadBalancedView load_balanced(const std::vector<EngineId>& targets) const;

  /// A view of all engines, as they are at each call.
  DirectView direct() const;
  /// A view of these engines in this order; -1 is the last one. Errors as above, and
  /// std::invalid_argument for one that is named twice.
  DirectView direct(const std::vector<EngineId>& targets) const;
  /// A view of a slice of ids(): `client.direct(farm::every(2))`. Throws NoEngines for an empty
  /// one.
  DirectView direct(const Slice& slice) const;
  /// One engine; errors as above.
  EngineView operator[](EngineId engine) const;
  DirectView operator[](const std::vector<EngineId>& targets) const { return direct(targets); }
  DirectView operator[](const Slice& slice) const { return direct(slice); }

  /// Iterates one view of each engine, in the order of ids() at the beginning.
  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = EngineView;
    Iterator() = default;
    explicit Iterator(const Client& client)
        : client_(&client), engines_(client.session_->engines()) {}
    EngineView operator*() const;
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++at_;
      return before;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }
    bool operator==(std::default_sentinel_t) const { return !engines_ || at_ == engines_->size(); }

   private:
    const Client* client_ = nullptr;
    std::shared_ptr<const std::vector<EngineInfo>> engines_;
    std::size_t at_ = 0;
  };
  Iterator begin() const { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

  /// Blocks until n engines are there. Engines of an MPI job are there from the start, so this
  /// returns at once, or throws TimeoutError at the limit; without a limit, std::invalid_argument
  /// for more than there can be. Throws EngineError if an engine dies meanwhile.
  void wait_for_engines(std::size_t n, Limit limit = std::nullopt) const;

  /// Blocks until everything submitted so far has ended; false if the limit passed.
  bool wait(Limit limit = std::nullopt) const;
  /// Tasks that have been submitted and have not ended.
  std::size_t outstanding() const;

  /// Cancels a task that has not started. False if it has, or has ended.
  bool abort(TaskId task) const { return session_->cancel_task(task); }
  /// Cancels what has not started of it; returns how many tasks that were. Never waits.
  std::size_t abort(const ResultHandle& handle) const { return handle.cancel(); }
  /// Cancels all that has not started, whoever submitted it, and asks all that runs to stop; see
  /// ResultHandle::stop. Returns how many tasks that concerns.
  std::size_t interrupt() const { return session_->stop_all(); }
  /// Why a task is not running, as sentences for people. Throws std::out_of_range for an id that
  /// was never given.
  std::string explain(TaskId task) const { return session_->explain(task); }
  /// The same of an item of a call.
  std::string explain(const ResultHandle& handle, std::size_t item = 0) const {
    return explain(handle.info(item).id);
  }

  /// What is recorded of tasks: all that the journal knows (--farm-journal), otherwise those that
  /// are open and the last that were closed. In the order of their ids. Throws JournalError.
  std::vector<TaskRecord> query(const Query& query) const;
  /// Ids of all tasks that are recorded, in the order in which they were submitted.
  std::vector<TaskId> history() const;
  /// What the engines have to do just now. Never waits.
  QueueStatus queue_status() const { return records().queue_status(); }
  /// Runs a task once more, with its inputs, as a new task; T is what its kernel returns. It may
  /// have ended in any way, or not at all. Throws std::out_of_range for a task that is not in
  /// memory, std::invalid_argument if its kernel does not return a T, Error where it cannot be.
  template <class T>
  AsyncResult<T> resubmit(TaskId task) const {
    return typed<T>(records().resubmit(task));
  }
  /// The result of a task that somebody else submitted, or whose handle is gone, while it is in
  /// memory or if the journal has it. Errors as above.
  template <class T>
  AsyncResult<T> result(TaskId task) const {
    return typed<T>(records().result(task));
  }
  /// Forgets the records of calls of which all tasks have ended and match; returns how many tasks
  /// these are. What is forgotten of a journal runs again in the next run.
  std::size_t purge(const Query& query) const { return records().purge(query); }
  /// From now on what tasks print (Engine::print, and what --farm-output captures) is handed to
  /// this function, and neither shown nor kept; a journal records the first 64 KiB of each task and
  /// stream. Its pieces come in order per task, and all of them before the task's result is there;
  /// those of an attempt that was lost with its engine may lack their end. Any thread of the
  /// library calls it, one at a time, under a lock: it must not call the farm, or wait, or throw.
  /// What it refers to must live until farm::run returns, or until it is replaced; null: none.
  void watch_output(std::function<void(const OutputPiece&)> watcher) const {
    session_->spoken()->watch_output(std::move(watcher));
  }

  /// `const auto scope = client.label("sweep 7");`
  [[nodiscard]] LabelScope label(std::string label) const { return {records(), std::move(label)}; }

  /// Frees what LoadBalancedView::apply_kept has left on an engine, after the tasks that are there
  /// already. The handle's value must be there. Where the engine has died the value has gone with
  /// it, and nothing is to be done.
  template <class T>
  void release(const Kept<T>& kept) const {
    if (!session_->obituary(kept.engine()).empty()) return;
    (*this)[kept.engine()].clear(Name<T>(kept.name()));
  }
  template <class T>
  void release(const AsyncResult<Kept<T>>& kept) const {
    release(kept.get());
  }

  /// Stopped when somebody wants the job to come to its end: from the first call on, SIGUSR1,
  /// SIGUSR2 and SIGTERM do that, however often they come, and do not end the job, so that the
  /// driver can start nothing more, wait for what runs, write what it has, and return. Open MPI's
  /// mpirun passes SIGUSR1 and SIGUSR2 on; told to end by SIGTERM, it kills its ranks a second
  /// later. The end of the time that the job has (--farm-time-limit) stops it as well, and cancels
  /// the tasks that have not left the hub. A driver that never calls this is ended by the runtime,
  /// with status 0. One that calls it and is ended nevertheless, since it has not returned in time,
  /// ends with drained_status (102); that is also what it should return where it leaves something
  /// undone, as farm_app run does.
  std::stop_token drain_requests() const { return drain_ ? drain_->heed() : std::stop_token(); }

  /// The default of executors (--farm-max-workers).
  std::optional<int> max_workers() const { return max_workers_; }
  detail::Session& session() const { return *session_; }

 private:
  detail::RecordsPort& records() const { return *session_->records(); }
  template <class T>
  AsyncResult<T> typed(detail::BatchHeader* batch) const {
    AsyncResult<T> result(detail::BatchRef(*session_, batch));
    check_result_size(*batch, packed_size<typename AsyncResult<T>::Value>());
    return result;
  }
  static void check_result_size(const detail::BatchHeader& batch, std::size_t size);

  detail::Session* session_;
  EngineInfo hub_;
  std::vector<std::string> arguments_;
  std::optional<int> max_workers_;
  detail::Drain* drain_;  // null: nobody asks
};

}  // namespace farm
