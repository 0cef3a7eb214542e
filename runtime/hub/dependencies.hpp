#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "farm/detail/session.hpp"
#include "hub/batch.hpp"
#include "hub/causes.hpp"
#include "hub/task_index.hpp"
#include "policy/graph.hpp"

namespace farm::hub {

/// What the scheduler is to be told of a batch, kept while it waits.
struct Postponed {
  Batch* batch = nullptr;
  std::shared_ptr<const TaskOptions> options;
  std::uint64_t route = 0;
  std::vector<double> costs;
  std::vector<std::pair<std::size_t, Batch*>> splices;  // offset in the item, and whose result
};

/// A batch that waits no more.
struct Ruled {
  Postponed waiting;
  std::string impossible;  ///< why it can never run; empty: it may
  bool placed = false;
  std::vector<EngineId> places;  ///< placed: the engines that may run it
};

/// Batches that wait for others. It is told what is submitted and what is settled, and says what
/// may run now and what never will; the hub then does that, which may settle more. So nothing here
/// calls the hub, and a chain of any length is no recursion.
///
/// A batch that others wait for is `watched` and stays open, whoever has dropped it.
class Dependencies {
 public:
  /// Whether the submission has to wait for anything. Throws InvalidDependency if it waits for
  /// something that does not exist, or contradicts itself; std::invalid_argument for an argument
  /// that cannot be spliced in. `next`: the id of the next task; `batches`: all open ones.
  bool check(const detail::Submission& submission, TaskId next, const std::vector<Batch*>& batches);
  /// The batch waits, as checked; next() may give it at once.
  void add(Batch& batch, detail::Submission& submission);
  /// It waits no more: cancelled, or out of time. Its results are the caller's to settle.
  void forget(Batch& batch);
  /// Something of a watched batch has been settled.
  void touch(Batch& batch);

  /// The next batch that waits no more.
  std::optional<Ruled> next();
  /// Batches that nobody waits for any more; they may be closed.
  std::vector<Batch*> take_unwatched() { return std::exchange(unwatched_, {}); }
  bool due() const { return !ruled_.empty() || !touched_.empty() || !unwatched_.empty(); }

  void opened(Batch& batch) { index_.opened(batch); }
  /// All of it is settled and nobody can ask for it any more.
  void closed(Batch& batch);
  /// The batch of a task; null if there is none any more.
  Batch* find(TaskId task, const std::vector<Batch*>& batches) {
    return index_.find(task, batches);
  }
  /// What a waiting batch waits for, as a sentence.
  std::string explain(const Batch& batch) const;

  std::size_t waiting() const { return waiter_by_batch_.size(); }
  const policy::Graph& graph() const { return graph_; }

 private:
  static constexpr policy::Source none = 0xffffffff;
  static constexpr std::uint64_t whole = ~std::uint64_t{0};

  // A batch as others see it: as a whole, in time and in place, and item by item.
  struct Watched {
    policy::Source time = none;
    policy::Source place = none;
    std::unordered_map<std::uint64_t, policy::Source> items;
    std::size_t place_seen = 0;  // records
    std::size_t items_seen = 0;
    std::uint32_t pins = 0;      // results that will be spliced
    bool queued = false;         // in touched_
    std::optional<Cause> cause;  // of its failure
  };
  struct Origin {
    Batch* batch = nullptr;  // null: it is closed
    std::uint64_t item = whole;
    TaskId task{};
  };

  void check(const detail::Dependency& dependency, bool place, TaskId next,
             const std::vector<Batch*>& batches);
  policy::Need need_of(const detail::Dependency& dependency, bool place);
  policy::Source source_of_batch(Batch& batch, bool place);
  policy::Source source_of_item(Batch& batch, std::uint64_t item);
  policy::Source source_of_task(TaskId task);
  policy::Source open(const Origin& origin);
  std::shared_ptr<const TaskOptions> options_of(const detail::Route& route);
  void refresh(Batch& batch, Watched& watched);
  void tell_place(Batch& batch, Watched& watched);
  void tell_items(Batch& batch, Watched& watched);
  void tell_item(Batch& batch, std::uint64_t item, policy::Source source);
  void unwatch_if_over(Batch& batch);
  void collect();
  Ruled rule(Postponed&& waiting, const policy::Ruling& ruling);
  Cause cause_of(policy::Source source, bool well);
  void unpin(const Postponed& waiting);

  policy::Graph graph_;
  TaskIndex index_;
  FailedTasks failed_;
  const std::vector<Batch*>* batches_ = nullptr;  // of the submission that is being added
  std::unordered_map<const Batch*, Watched> watched_;
  std::unordered_map<const Batch*, policy::Waiter> waiter_by_batch_;
  std::unordered_map<const Batch*, Cause> impossible_;  // for those that wait for them
  std::vector<Postponed> waiting_;                      // by waiter
  std::vector<Origin> origins_;                         // by source
  std::vector<policy::Source> passing_;                 // of closed tasks, for one submission
  std::vector<Batch*> settled_before_;                  // the same of settled batches
  std::unordered_map<std::uint64_t, std::weak_ptr<const TaskOptions>> options_;  // by route
  std::size_t sweep_options_at_ = 64;
  std::deque<Batch*> touched_;
  std::deque<Ruled> ruled_;
  std::vector<Batch*> unwatched_;
};

}  // namespace farm::hub
