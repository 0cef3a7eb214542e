#include "hub/transfers.hpp"

#include <algorithm>
#include <utility>

namespace farm::hub {

using Move = detail::Collective::Move;

namespace {

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
  active_.push_back(std::move(transfer));
}

bool Transfers::poll() {
  if (active_.empty()) return false;
  bool moved = false;
  held_.clear();
  for (std::unique_ptr<Transfer>& transfer : active_) {
    const std::uint32_t group = transfer->group;
    // MPI wants the calls of a group in one order everywhere.
    const bool held = std::ranges::find(held_, group) != held_.end();
    if (!held && advance(*transfer)) moved = true;
    if (!transfer->posted && !held) held_.push_back(group);
    if (transfer->stage == Transfer::Stage::over) ended_.push_back(std::move(transfer));
  }
  std::erase(active_, nullptr);
  return moved;
}

bool Transfers::advance(Transfer& transfer) {
  switch (transfer.stage) {
    case Transfer::Stage::waiting: {
      transport::HubGroup* group = groups_->joined(transfer.group);
      if (group == nullptr) return false;
      begin(transfer, *group);
      return true;
    }
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
      transfer.batch->busy = false;
      transfer.stage = Transfer::Stage::over;
      return true;
    case Transfer::Stage::over:
      break;
  }
  return false;
}

void Transfers::begin(Transfer& transfer, transport::HubGroup& group) {
  const detail::Collective& call = transfer.call;
  if (call.move == Move::push) {
    transfer.move = group.broadcast(call.data);
  } else if (call.move == Move::scatter) {
    transfer.move = group.scatter(call.data, side_by_side(call.sizes));
  }
  gather_sizes(transfer, group);
  transfer.posted = call.move != Move::gather;
  transfer.stage = transfer.posted ? Transfer::Stage::moving : Transfer::Stage::reporting;
}

void Transfers::gather_sizes(Transfer& transfer, transport::HubGroup& group) {
  const std::size_t engines = transfer.call.targets.size();
  transfer.reports.resize(engines);
  const std::vector<std::uint64_t> sizes(engines, sizeof(std::uint64_t));
  transfer.report =
      group.gather(std::as_writable_bytes(std::span(transfer.reports)), side_by_side(sizes));
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
  if (transfer.call.landing && whole) block = transfer.call.landing(sizes);
  // It becomes results, or cannot land where it is wanted; the engines send it all the same.
  if (block.size() != all) {
    transfer.landed.resize(all);
    block = {transfer.landed.data(), all};
  }
  transfer.move = group.gather(block, transfer.parts);
  transfer.posted = true;
  transfer.stage = Transfer::Stage::landing;
}

}  // namespace farm::hub
