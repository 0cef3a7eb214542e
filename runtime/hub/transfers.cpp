#include "hub/transfers.hpp"

#include <algorithm>
#include <iterator>
#include <new>
#include <string>
#include <utility>

#include "time/clock.hpp"

namespace farm::hub {

using Move = detail::Collective::Move;

namespace {

constexpr std::int64_t patience_ns = 100'000'000;
constexpr std::int64_t patience_lent_ns = 1'000'000'000;
constexpr std::int64_t patience_lent_ns_per_byte = patience_lent_ns / (64 << 20) + 1;

// How long a call may still end although an engine is gone. Memory that the caller has lent must
// not go back while MPI gives the living their part of it, however slow they are. What lands is the
// call's own.
std::int64_t patience_of(const Transfer& transfer) {
  if (!transfer.batch->busy || transfer.stage != Transfer::Stage::moving) return patience_ns;
  return patience_lent_ns +
         patience_lent_ns_per_byte * static_cast<std::int64_t>(transfer.call.data.size());
}

// Parts that lie side by side.
std::vector<transport::Extent> side_by_side(std::span<const std::uint64_t> sizes) {
  std::vector<transport::Extent> parts;
  parts.reserve(sizes.size());
  std::size_t at = 0;
  for (const std::uint64_t size : sizes) {
    parts.push_back({at, size});
    at += size;
  }
  return parts;
}

}  // namespace

void Transfers::start(Batch& batch, detail::Collective&& call, std::uint32_t group) {
  auto transfer = std::make_unique<Transfer>();
  transfer->batch = &batch;
  transfer->call = std::move(call);
  transfer->group = group;
  queues_[group].push_back(std::move(transfer));
}

bool Transfers::poll() {
  flowing_ = false;
  if (queues_.empty()) return false;
  bool moved = false;
  const std::int64_t now = patient_ == 0 ? 0 : time::Clock::now();
  for (auto at = queues_.begin(); at != queues_.end();) {
    if (advance(at->second)) moved = true;
    if (patient_ != 0 && give_up(at->second, now)) moved = true;
    at = at->second.empty() ? queues_.erase(at) : std::next(at);
  }
  return moved;
}

// MPI wants the calls of a group in one order everywhere: one follows when all of the one before is
// in MPI's hands.
bool Transfers::advance(Queue& queue) {
  bool moved = false;
  for (std::unique_ptr<Transfer>& transfer : queue) {
    if (advance(*transfer)) moved = true;
    const bool posted = transfer->posted;
    if (transfer->stage == Transfer::Stage::over) {
      if (transfer->patience != 0) --patient_;
      ended_.push_back(std::move(transfer));
    } else if (transfer->flows()) {
      flowing_ = true;
    }
    if (!posted) break;
  }
  std::erase(queue, nullptr);
  return moved;
}

void Transfers::lose(std::uint32_t group, std::int64_t now) {
  const auto found = queues_.find(group);
  if (found == queues_.end()) return;
  for (std::unique_ptr<Transfer>& transfer : found->second) {
    if (transfer->flows()) {
      if (transfer->patience == 0) ++patient_;
      transfer->patience = now + patience_of(*transfer);
    } else {
      broken_.push_back(std::move(transfer));
    }
  }
  std::erase(found->second, nullptr);
  if (found->second.empty()) queues_.erase(found);
}

bool Transfers::give_up(Queue& queue, std::int64_t now) {
  bool gave_up = false;
  for (std::unique_ptr<Transfer>& transfer : queue) {
    if (transfer->patience == 0 || now < transfer->patience) continue;
    broken_.push_back(std::move(transfer));
    --patient_;
    gave_up = true;
  }
  std::erase(queue, nullptr);
  return gave_up;
}

bool Transfers::advance(Transfer& transfer) {
  switch (transfer.stage) {
    case Transfer::Stage::waiting: {
      transport::HubGroup* group = groups_->joined(transfer.group);
      if (group == nullptr) return false;
      begin(transfer, *group);
      return true;
    }
    case Transfer::Stage::arriving:
      if (!transfer.report->test()) return false;
      move(transfer, *groups_->joined(transfer.group));
      return true;
    case Transfer::Stage::moving:
      if (!transfer.move->test()) return false;
      transfer.move.reset();
      // The data is with MPI's receivers: whose it was may have it back.
      transfer.batch->busy = false;
      transfer.call.owner.reset();
      transfer.stage = Transfer::Stage::reporting;
      return true;
    case Transfer::Stage::reporting:
      if (!transfer.report->test()) return false;
      if (transfer.call.move == Move::gather) {
        land(transfer, *groups_->joined(transfer.group));
      } else {
        transfer.stage = Transfer::Stage::over;
      }
      return true;
    case Transfer::Stage::landing:
      if (!transfer.move->test()) return false;
      if (transfer.landed_apart && transfer.call.landed) transfer.call.landed();
      transfer.batch->busy = false;
      transfer.stage = Transfer::Stage::over;
      return true;
    case Transfer::Stage::over:
      break;
  }
  return false;
}

void Transfers::begin(Transfer& transfer, transport::HubGroup& group) {
  const std::size_t engines = transfer.call.targets.size();
  const bool gathers = transfer.call.move == Move::gather;
  transfer.report = gather_words(gathers ? transfer.reports : transfer.arrivals, engines, group);
  transfer.stage = gathers ? Transfer::Stage::reporting : Transfer::Stage::arriving;
}

void Transfers::move(Transfer& transfer, transport::HubGroup& group) {
  const detail::Collective& call = transfer.call;
  transfer.move = call.move == Move::push ? group.broadcast(call.data)
                                          : group.scatter(call.data, side_by_side(call.sizes));
  transfer.report = gather_words(transfer.reports, call.targets.size(), group);
  transfer.posted = true;
  transfer.stage = Transfer::Stage::moving;
}

std::unique_ptr<transport::Operation> Transfers::gather_words(std::vector<std::uint64_t>& words,
                                                              std::size_t engines,
                                                              transport::HubGroup& group) {
  words.resize(engines);
  const std::vector<std::uint64_t> sizes(engines, sizeof(std::uint64_t));
  return group.gather(std::as_writable_bytes(std::span(words)), side_by_side(sizes));
}

void Transfers::give_back(const Batch& batch) {
  for (auto& [group, queue] : queues_) {
    for (const std::unique_ptr<Transfer>& transfer : queue) {
      if (transfer->batch != &batch || transfer->flows()) continue;
      detail::Collective& call = transfer->call;
      auto copy = std::make_shared<Buffer>();
      copy->append(call.data.data(), call.data.size());
      call.data = copy->span();
      call.owner = std::move(copy);
      call.landing = nullptr;
      call.landed = nullptr;
      transfer->batch->busy = false;
      return;
    }
  }
}

std::vector<std::uint32_t> Transfers::groups() const {
  std::vector<std::uint32_t> groups;
  for (const auto& [group, queue] : queues_) groups.push_back(group);
  return groups;
}

// The sizes are known: makes room and gathers. Who failed has nothing to bring.
void Transfers::land(Transfer& transfer, transport::HubGroup& group) {
  std::vector<std::uint64_t> sizes = transfer.reports;
  for (std::uint64_t& size : sizes) {
    if ((size & wire::failed_size) != 0) size = 0;
  }
  transfer.parts = side_by_side(sizes);
  const std::size_t all = transfer.parts.back().offset + transfer.parts.back().size;
  std::span<std::byte> block;
  const bool whole =
      std::ranges::none_of(transfer.reports, [](auto size) { return size >= wire::failed_size; });
  if (transfer.call.landing && whole) {
    block = transfer.call.landing(sizes);
    transfer.landed_apart = true;
  }
  // It becomes results, or cannot land where it is wanted; the engines send it all the same.
  if (block.size() != all) {
    try {
      transfer.landed.resize(all);
    } catch (const std::bad_alloc&) {
      throw Error("rank 0 has no memory for the " + std::to_string(all) +
                  " bytes of a gather or pull");
    }
    block = {transfer.landed.data(), all};
  }
  transfer.move = group.gather(block, transfer.parts);
  transfer.posted = true;
  transfer.stage = Transfer::Stage::landing;
}

}  // namespace farm::hub
