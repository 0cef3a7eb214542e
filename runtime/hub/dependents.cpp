// What the hub does with batches that waited for others.

#include <algorithm>
#include <utility>

#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

// Gives the scheduler a batch that has waited. `pinned`: the engines that may run it.
void Hub::start(const Postponed& work, const std::vector<EngineId>* pinned) {
  // Stands in for engines in the scheduler's own Submit: targets, and a route for each such batch.
  constexpr std::uint64_t pinned_routes = std::uint64_t{1} << 63;
  Batch& batch = *work.batch;
  TaskOptions narrowed;
  policy::Submit submit;
  submit.batch = batch.number;
  submit.items = batch.count;
  submit.kernel = batch.kernel->index();
  submit.bytes_per_item =
      static_cast<double>(batch.items.size()) / static_cast<double>(batch.count);
  submit.route = work.route;
  submit.options = work.options.get();
  if (pinned != nullptr) {
    narrowed = *work.options;
    narrowed.targets = *pinned;
    submit.options = &narrowed;
    submit.route = pinned_routes | number(batch.first);
  }
  act(scheduler_.submit(submit));
}

// Settles what has not been dispatched of the batch with one error.
void Hub::fail(Batch& batch, detail::Fault fault, const std::string& message) {
  batch.released = true;
  const Bytes failure = detail::encode_failure({fault, "", message});
  Record record;
  record.started = record.completed = record.received = time::Clock::now();
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    record.first = i;
    record.count = 1;
    Buffer buffer;
    detail::ItemsBuilder items(buffer, variable_size);
    detail::pass_failure(items, failure.span());
    items.finish();
    batch.made_results().settle(record, {1, variable_size, buffer.span()});
  }
  totals_.failed += batch.count;
  complete(batch);
}

// Those of a share, or all (0), at once: none of them fails for another one's sake.
std::uint64_t Hub::cancel_waiting_of(std::uint32_t share) {
  std::uint64_t count = 0;
  for (Batch* batch : batches_) {
    if (batch == nullptr || !batch->waiting || (share != 0 && batch->share != share)) continue;
    count += cancel_waiting(*batch);
  }
  return count;
}

std::uint64_t Hub::cancel_waiting(Batch& batch) {
  const std::uint64_t count = batch.count;
  dependencies_.forget(batch);
  batch.released = true;
  Record record;
  record.started = record.completed = record.received = time::Clock::now();
  for (std::uint64_t left = count; left > 0; left -= record.count) {
    record.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, 1U << 31));
    batch.made_results().abort(record);
    record.first += record.count;
  }
  totals_.aborted += count;
  complete(batch);
  return count;
}

bool Hub::cancel_task(TaskId task) {
  Batch* batch = dependencies_.find(task, batches_);
  return batch != nullptr && batch->count == 1 && cancel(*batch) == 1;
}

// Starts or fails what waits no more, which may end what others wait for, and so on. Returns
// whether there was anything.
bool Hub::rule_dependents() {
  if (!dependencies_.due()) return false;
  while (std::optional<Ruled> ruled = dependencies_.next()) {
    if (ruled->impossible.empty()) {
      start(ruled->waiting, ruled->placed ? &ruled->places : nullptr);
    } else {
      fail(*ruled->waiting.batch, detail::Fault::impossible, ruled->impossible);
    }
  }
  for (Batch* batch : dependencies_.take_unwatched()) close_if_over(*batch);
  return true;
}

}  // namespace farm::hub
