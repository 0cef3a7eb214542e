// What others wait for: how batches, items and closed tasks become sources, and what is told of
// them.

#include <algorithm>
#include <utility>

#include "hub/dependencies.hpp"

namespace farm::hub {

policy::Need Dependencies::need_of(const detail::Dependency& dependency, bool place) {
  policy::Need need;
  need.any = dependency.any;
  need.success = dependency.success;
  need.failure = dependency.failure;
  need.place = place;
  need.sources.reserve(dependency.batches.size() + dependency.ids.size());
  for (const detail::BatchRef& batch : dependency.batches) {
    Batch& source = static_cast<Batch&>(*batch);
    need.sources.push_back(source_of_batch(source, place));
    // Somebody has thought of its failure.
    if (dependency.failure) source.noticed = true;
  }
  for (const TaskId task : dependency.ids) need.sources.push_back(source_of_task(task));
  return need;
}

policy::Source Dependencies::open(const Origin& origin) {
  const policy::Source source = graph_.open();
  origins_.resize(std::max<std::size_t>(origins_.size(), source + 1));
  origins_[source] = origin;
  return source;
}

policy::Source Dependencies::source_of_task(TaskId task) {
  if (Batch* batch = index_.find(task, *batches_)) {
    return source_of_item(*batch, number(task) - number(batch->first));
  }
  const policy::Source source = open({nullptr, 0, task});
  const bool failed = failed_.contains(task);
  graph_.tell(source, {!failed, failed, true, {}});
  passing_.push_back(source);
  return source;
}

policy::Source Dependencies::source_of_batch(Batch& batch, bool place) {
  if (batch.count == 1) return source_of_item(batch, 0);
  if (batch.settled()) settled_before_.push_back(&batch);
  Watched& watched = watched_[&batch];
  batch.watched = true;
  policy::Source& source = place ? watched.place : watched.time;
  if (source == none) {
    source = open({&batch, whole, {}});
    refresh(batch, watched);
  }
  return source;
}

policy::Source Dependencies::source_of_item(Batch& batch, std::uint64_t item) {
  if (batch.settled()) settled_before_.push_back(&batch);
  Watched& watched = watched_[&batch];
  batch.watched = true;
  if (const auto found = watched.items.find(item); found != watched.items.end()) {
    return found->second;
  }
  const policy::Source source = open({&batch, item, {}});
  watched.items.emplace(item, source);
  if (batch.results && batch.results->settled(item)) tell_item(batch, item, source);
  return source;
}

void Dependencies::touch(Batch& batch) {
  Watched& watched = watched_.at(&batch);
  if (std::exchange(watched.queued, true)) return;
  touched_.push_back(&batch);
}

void Dependencies::refresh(Batch& batch, Watched& watched) {
  const bool over = batch.settled();
  if (watched.time != none) {
    const detail::Progress progress =
        batch.results ? batch.results->progress() : detail::Progress();
    const std::uint64_t failed = progress.failed + progress.aborted;
    const bool nothing = over && batch.count == 0;
    graph_.tell(watched.time, {progress.settled > failed || nothing, failed != 0, over, {}});
  }
  if (batch.results) {
    if (watched.place != none) tell_place(batch, watched);
    if (!watched.items.empty()) tell_items(batch, watched);
  }
  if (watched.place != none && over) {
    graph_.tell(watched.place, {batch.count == 0, false, true, {}});
  }
}

void Dependencies::tell_place(Batch& batch, Watched& watched) {
  Results& results = *batch.results;
  const detail::Progress progress = results.progress();
  const bool all_well = progress.failed + progress.aborted == 0;
  for (; watched.place_seen < results.records().size(); ++watched.place_seen) {
    const Record& record = results.records()[watched.place_seen];
    policy::News news;
    news.engine = record.attempt == 0 ? EngineId() : EngineId(record.engine);
    news.success = all_well;
    for (std::uint64_t i = 0; !all_well && i < record.count; ++i) {
      const bool well = results.read(record.first + i).status == detail::Status::done;
      (well ? news.success : news.failure) = true;
    }
    graph_.tell(watched.place, news);
  }
}

void Dependencies::tell_items(Batch& batch, Watched& watched) {
  const Results& results = *batch.results;
  for (; watched.items_seen < results.records().size(); ++watched.items_seen) {
    const Record& record = results.records()[watched.items_seen];
    if (watched.items.size() < record.count) {
      for (const auto& [item, source] : watched.items) {
        const bool inside = item >= record.first && item - record.first < record.count;
        if (inside) tell_item(batch, item, source);
      }
      continue;
    }
    for (std::uint64_t i = record.first; i < record.first + record.count; ++i) {
      const auto found = watched.items.find(i);
      if (found != watched.items.end()) tell_item(batch, i, found->second);
    }
  }
}

void Dependencies::tell_item(Batch& batch, std::uint64_t item, policy::Source source) {
  const bool well = batch.results->read(item).status == detail::Status::done;
  const Record& record = batch.results->record_of(item);
  const EngineId engine = record.attempt == 0 ? EngineId() : EngineId(record.engine);
  graph_.tell(source, {well, !well, true, engine});
}

// Nothing more comes of it, and nothing of it is needed any more.
void Dependencies::unwatch_if_over(Batch& batch) {
  const auto found = watched_.find(&batch);
  if (found == watched_.end() || !batch.settled()) return;
  Watched& watched = found->second;
  if (watched.queued || watched.pins != 0) return;
  for (const policy::Source source : {watched.time, watched.place}) {
    if (source != none) graph_.close(source);
  }
  for (const auto& [item, source] : watched.items) graph_.close(source);
  watched_.erase(found);
  batch.watched = false;
  unwatched_.push_back(&batch);
}

void Dependencies::unpin(const Postponed& waiting) {
  for (const auto& [offset, source] : waiting.splices) {
    --watched_.at(source).pins;
    unwatch_if_over(*source);
  }
}

Cause Dependencies::cause_of(policy::Source source, bool well) {
  const Origin& origin = origins_[source];
  if (origin.batch == nullptr) {
    return cause_of_closed(origin.task, failed_.contains(origin.task));
  }
  Batch& batch = *origin.batch;
  // Its failure is told by those that cannot run for it; it is their handles that are looked at.
  if (!well) batch.noticed = true;
  if (batch.impossible) return impossible_.at(&batch);
  if (origin.item != whole) return hub::cause_of(batch, origin.item);
  std::optional<Cause>& kept = watched_.at(&batch).cause;
  if (kept && !well) return *kept;
  // The first of its items that ended so.
  Results& results = batch.made_results();
  std::uint64_t item = 0;
  while (item < batch.count &&
         (!results.settled(item) || (results.read(item).status == detail::Status::done) != well)) {
    ++item;
  }
  Cause cause = hub::cause_of(batch, item < batch.count ? item : 0);
  if (!well) kept = cause;
  return cause;
}

void Dependencies::closed(Batch& batch) {
  index_.closed(batch);
  if (batch.impossible) impossible_.erase(&batch);
  if (batch.kernel == nullptr || !batch.results) return;
  Results& results = *batch.results;
  const detail::Progress progress = results.progress();
  const std::uint64_t failed = progress.failed + progress.aborted;
  if (failed == 0) return;
  if (failed == batch.count) return failed_.add(batch.first, batch.count);
  std::uint64_t begin = 0;
  for (std::uint64_t i = 0; i <= batch.count; ++i) {
    if (i < batch.count && results.read(i).status != detail::Status::done) continue;
    failed_.add(TaskId{number(batch.first) + begin}, i - begin);
    begin = i + 1;
  }
}

}  // namespace farm::hub
