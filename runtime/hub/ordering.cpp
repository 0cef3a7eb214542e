// The order in which the items of a batch start: by their costs, where these are known.

#include <algorithm>
#include <numeric>
#include <string_view>

#include "hub/hub.hpp"

namespace farm::hub {

namespace {

// Of an item's bytes, which nobody looks into.
std::uint64_t digest(std::span<const std::byte> bytes) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

// What the batch's inputs have cost before; those that are new count as the mean of the others.
// Empty: all are new.
std::vector<double> Hub::remembered_costs(const Batch& batch) const {
  constexpr double unknown = -1;
  const detail::ItemsView items = batch.view();
  std::vector<double> costs(batch.count, unknown);
  double sum = 0;
  std::uint64_t known = 0;
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    const auto cost = cost_book_.cost(batch.kernel->index(), digest(items[batch.repeated ? 0 : i]));
    if (!cost) continue;
    costs[i] = *cost;
    sum += *cost;
    ++known;
  }
  if (known == 0) return {};
  std::ranges::replace(costs, unknown, sum / static_cast<double>(known));
  return costs;
}

// Sorts the costs, and remembers which item each is of.
void Hub::arrange(Batch& batch, std::vector<double>& costs) {
  if (costs.size() < 2 || std::ranges::is_sorted(costs, std::greater<>())) return;
  std::vector<std::uint32_t> order(costs.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, std::greater<>(), [&](std::uint32_t i) { return costs[i]; });
  std::ranges::sort(costs, std::greater<>());
  if (batch.planned) {
    const std::vector<std::uint32_t>& planned = plans_.at(batch.number).order;
    for (std::uint32_t& i : order) i = planned[i];
  }
  plans_[batch.number].order = std::move(order);
  batch.planned = true;
}

// How many items the scheduler is told of.
std::uint64_t Hub::places_of(const Batch& batch) const {
  return batch.planned ? plans_.at(batch.number).order.size() : batch.count;
}

// Costs of all items become those of the planned ones.
void Hub::keep_planned(const Batch& batch, std::vector<double>& costs) const {
  if (costs.empty()) return;
  std::vector<double> kept;
  for (const std::uint32_t i : plans_.at(batch.number).order) kept.push_back(costs[i]);
  costs = std::move(kept);
}

std::uint64_t Hub::item_at(const Batch& batch, std::uint64_t place) const {
  return batch.planned ? plans_.at(batch.number).order[place] : place;
}

void Hub::learn(const Batch& batch, const policy::Flight& flight, std::int64_t run) {
  const detail::ItemsView items = batch.view();
  const double each = static_cast<double>(run) / static_cast<double>(flight.count);
  for (std::uint64_t place = flight.first; place < flight.first + flight.count; ++place) {
    const std::uint64_t i = batch.repeated ? 0 : item_at(batch, place);
    cost_book_.learn(batch.kernel->index(), digest(items[i]), each);
  }
}

}  // namespace farm::hub
