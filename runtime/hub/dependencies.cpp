// What is submitted with dependencies, and what becomes of it.

#include "hub/dependencies.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "farm/error.hpp"

namespace farm::hub {

namespace {

constexpr std::size_t most_explained = 3;

Batch& batch_of(const detail::BatchRef& ref) { return static_cast<Batch&>(*ref); }

// The item with the results in their places.
void splice(Batch& batch, const std::vector<std::pair<std::size_t, Batch*>>& splices) {
  if (splices.empty()) return;
  const std::span<const std::byte> packed = batch.items.span();
  Buffer whole;
  std::size_t from = 0;
  for (const auto& [offset, source] : splices) {
    whole.append(packed.data() + from, offset - from);
    from = offset;
    const detail::Settled value = source->made_results().read(0);
    whole.append(value.bytes.data(), value.bytes.size());
  }
  whole.append(packed.data() + from, packed.size() - from);
  if (batch.item_size == wire::variable_item) {
    const std::uint64_t end = whole.size();
    whole.append(&end, sizeof end);
  } else if (whole.size() != batch.item_size) {
    throw std::logic_error("a result that is an argument is not of its type's size");
  }
  batch.items = Bytes(std::move(whole));
}

}  // namespace

bool Dependencies::check(const detail::Submission& submission, TaskId next,
                         const std::vector<Batch*>& batches) {
  for (const detail::Splice& splice : submission.splices) {
    const Batch& source = batch_of(*splice.source);
    if (source.bulk) {
      throw std::invalid_argument(
          "the result of a collective call (a pull or a gather) is no argument of a task: get() "
          "it, or pass the name under which the engines hold it");
    }
    if (splice.follow && source.kernel == nullptr) {
      throw InvalidDependency("a continuation runs on no engine, so nothing can follow it");
    }
  }
  if (submission.dependencies == nullptr) return !submission.splices.empty();
  check(submission.dependencies->after, false, next, batches);
  check(submission.dependencies->follow, true, next, batches);
  return !submission.splices.empty() || !submission.dependencies->after.empty() ||
         !submission.dependencies->follow.empty();
}

void Dependencies::check(const detail::Dependency& dependency, bool place, TaskId next,
                         const std::vector<Batch*>& batches) {
  if (dependency.empty()) return;
  if (!dependency.success && !dependency.failure) {
    throw InvalidDependency(
        "a dependency is met by success, by failure or by both, not by neither");
  }
  for (const detail::BatchRef& batch : dependency.batches) {
    if (!batch) throw InvalidDependency("a dependency names a handle that belongs to no task");
    if (place && batch_of(batch).kernel == nullptr) {
      throw InvalidDependency(
          "a continuation runs on no engine, so nothing can follow it; use `after`");
    }
  }
  for (const TaskId task : dependency.ids) {
    const std::string name = "task " + std::to_string(number(task));
    if (task >= next) {
      throw InvalidDependency("there is no " + name +
                              " yet: a task can wait only for what was submitted before it");
    }
    if (place && index_.find(task, batches) == nullptr) {
      throw InvalidDependency(name + " has ended and has no handle any more, so it is not known " +
                              "where it ran: keep its handle, and follow that");
    }
  }
  batches_ = &batches;
}

void Dependencies::add(Batch& batch, detail::Submission& submission) {
  Postponed waiting;
  waiting.batch = &batch;
  waiting.options = options_of(*submission.route);
  waiting.route = submission.route->id;
  waiting.costs = std::move(submission.costs);
  std::vector<policy::Need> needs;
  if (submission.dependencies != nullptr) {
    needs.push_back(need_of(submission.dependencies->after, false));
    needs.push_back(need_of(submission.dependencies->follow, true));
  }
  if (!submission.splices.empty()) {
    policy::Need results;
    policy::Need kept;
    kept.place = true;
    for (const detail::Splice& splice : submission.splices) {
      Batch& source = batch_of(*splice.source);
      (splice.follow ? kept : results).sources.push_back(source_of_item(source, 0));
      ++watched_[&source].pins;
      waiting.splices.emplace_back(splice.offset, &source);
    }
    needs.push_back(std::move(results));
    needs.push_back(std::move(kept));
  }
  const policy::Waiter waiter = graph_.add(needs);
  waiting_.resize(std::max<std::size_t>(waiting_.size(), waiter + 1));
  waiting_[waiter] = std::move(waiting);
  waiter_by_batch_[&batch] = waiter;
  batch.waiting = true;
  collect();
  for (const policy::Source source : std::exchange(passing_, {})) graph_.close(source);
  for (Batch* settled : std::exchange(settled_before_, {})) unwatch_if_over(*settled);
}

std::shared_ptr<const TaskOptions> Dependencies::options_of(const detail::Route& route) {
  // Many tasks of a graph have one route.
  std::weak_ptr<const TaskOptions>& known = options_[route.id];
  if (auto options = known.lock()) return options;
  auto options = std::make_shared<const TaskOptions>(route.options);
  known = options;
  if (options_.size() >= sweep_options_at_) {
    std::erase_if(options_, [](const auto& entry) { return entry.second.expired(); });
    sweep_options_at_ = std::max<std::size_t>(64, 2 * options_.size());
  }
  return options;
}

void Dependencies::forget(Batch& batch) {
  batch.waiting = false;
  const auto found = waiter_by_batch_.find(&batch);
  if (found == waiter_by_batch_.end()) {
    // Ruled on, but not given to the hub yet.
    std::erase_if(ruled_, [&](const Ruled& ruled) {
      if (ruled.waiting.batch == &batch) unpin(ruled.waiting);
      return ruled.waiting.batch == &batch;
    });
    return;
  }
  graph_.forget(found->second);
  unpin(std::exchange(waiting_[found->second], {}));
  waiter_by_batch_.erase(found);
}

std::optional<Ruled> Dependencies::next() {
  while (ruled_.empty() && !touched_.empty()) {
    Batch& batch = *touched_.front();
    touched_.pop_front();
    Watched& watched = watched_.at(&batch);
    watched.queued = false;
    refresh(batch, watched);
    collect();
    unwatch_if_over(batch);
  }
  if (ruled_.empty()) return std::nullopt;
  Ruled ruled = std::move(ruled_.front());
  ruled_.pop_front();
  ruled.waiting.batch->waiting = false;
  if (ruled.impossible.empty()) splice(*ruled.waiting.batch, ruled.waiting.splices);
  unpin(ruled.waiting);
  return ruled;
}

// Numbers of waiters are used again, so that rulings are looked at before anything else is added.
void Dependencies::collect() {
  for (const policy::Ruling& ruling : graph_.take_rulings()) {
    Postponed waiting = std::exchange(waiting_[ruling.waiter], {});
    waiter_by_batch_.erase(waiting.batch);
    ruled_.push_back(rule(std::move(waiting), ruling));
  }
}

Ruled Dependencies::rule(Postponed&& waiting, const policy::Ruling& ruling) {
  Ruled ruled{std::move(waiting), {}, ruling.placed, ruling.places};
  Batch& batch = *ruled.waiting.batch;
  const Link link = link_of(batch);
  const bool chained = ruling.cause != none && ruling.miss != policy::Miss::none;
  const bool well = ruling.miss == policy::Miss::ended_well;
  const Cause cause = chained ? cause_of(ruling.cause, well) : Cause();
  std::string why;
  if (ruling.miss != policy::Miss::none) {
    why = reason(link, ruling, cause);
  } else if (const std::vector<EngineId>& targets = ruled.waiting.options->targets;
             ruled.placed && !targets.empty()) {
    std::erase_if(ruled.places, [&](EngineId engine) {
      return std::ranges::find(targets, engine) == targets.end();
    });
    if (ruled.places.empty()) why = reason(link, ruling, cause);
  }
  if (why.empty()) return ruled;
  ruled.impossible = name_of(link) + " cannot run: " + why;
  batch.impossible = true;
  impossible_[&batch] =
      ruling.miss == policy::Miss::ended_badly
          ? cause.behind(link)
          : Cause{
                {},
                0,
                std::make_shared<const std::string>(name_of(link) + ", which cannot run: " + why)};
  return ruled;
}

std::string Dependencies::explain(const Batch& batch) const {
  const auto found = waiter_by_batch_.find(&batch);
  if (found == waiter_by_batch_.end()) return {};
  std::size_t all = 0;
  const std::vector<policy::Source> some = graph_.missing(found->second, most_explained, all);
  std::string text = name_of(link_of(batch)) + " waits for ";
  for (std::size_t i = 0; i < some.size(); ++i) {
    const Origin& origin = origins_[some[i]];
    if (i != 0) text += i + 1 == all ? " and " : ", ";
    text += name_of(origin.item == whole ? link_of(*origin.batch)
                                         : link_of(*origin.batch, origin.item));
  }
  return all > some.size() ? text + " and " + std::to_string(all - some.size()) + " more" : text;
}

}  // namespace farm::hub
