#include "hub/past.hpp"

#include <algorithm>

namespace farm::hub {

std::size_t Past::bytes_of(const Batch& batch) {
  return sizeof batch + batch.items.size() + (batch.results ? batch.results->memory() : 0);
}

void Past::add(std::unique_ptr<Batch> batch) {
  // One large map shall not drive out all others: it leaves its values behind, and if that is not
  // enough, everything.
  if (batch->items.size() > limits_.bytes / 16) batch->items = Bytes();
  if (bytes_of(*batch) > limits_.bytes / 4 && batch->results) batch->results->drop_values();
  if (bytes_of(*batch) > limits_.bytes / 2) return;
  bytes_ += bytes_of(*batch);
  batches_.push_back(std::move(batch));
  const bool full = batches_.size() > limits_.count || bytes_ > limits_.bytes;
  if (full) cull(batches_.size() - batches_.size() / 5, limits_.bytes - limits_.bytes / 5);
}

void Past::cull(std::size_t count, std::size_t bytes) {
  while (batches_.size() > count || bytes_ > bytes) {
    bytes_ -= bytes_of(*batches_.front());
    batches_.pop_front();
  }
}

Batch* Past::find(TaskId task) const {
  const auto found = std::ranges::find_if(batches_, [&](const std::unique_ptr<Batch>& batch) {
    return number(task) - number(batch->first) < batch->count;
  });
  return found == batches_.end() ? nullptr : found->get();
}

std::uint64_t Past::drop(const std::function<bool(Batch&)>& which) {
  std::uint64_t dropped = 0;
  std::erase_if(batches_, [&](const std::unique_ptr<Batch>& batch) {
    if (!which(*batch)) return false;
    bytes_ -= bytes_of(*batch);
    dropped += batch->count;
    return true;
  });
  return dropped;
}

}  // namespace farm::hub
