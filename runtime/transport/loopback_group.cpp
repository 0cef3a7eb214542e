#include "transport/loopback_group.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace farm::transport {

class LoopbackGroup::HubCall final : public Operation {
 public:
  HubCall(std::shared_ptr<LoopbackGroup> group, std::uint64_t number)
      : group_(std::move(group)), number_(number) {}
  bool test() override {
    const std::lock_guard lock(group_->mutex_);
    const auto found = group_->calls_.find(number_);
    if (found == group_->calls_.end() || found->second.left != 0) return false;
    group_->calls_.erase(found);
    return true;
  }

 private:
  std::shared_ptr<LoopbackGroup> group_;
  std::uint64_t number_;
};

class LoopbackGroup::Hub final : public HubGroup {
 public:
  explicit Hub(std::shared_ptr<LoopbackGroup> group) : group_(std::move(group)) {}

  void abandon() override {
    const std::lock_guard lock(group_->mutex_);
    group_->calls_.clear();
  }

  std::unique_ptr<Operation> broadcast(std::span<const std::byte> data) override {
    return call({Way::all_out, const_cast<std::byte*>(data.data()), {}, data.size(), 0});
  }
  std::unique_ptr<Operation> scatter(std::span<const std::byte> block,
                                     std::span<const Extent> parts) override {
    return call({Way::parts_out, const_cast<std::byte*>(block.data()),
                 std::vector<Extent>(parts.begin(), parts.end()), block.size(), 0});
  }
  std::unique_ptr<Operation> gather(std::span<std::byte> block,
                                    std::span<const Extent> parts) override {
    return call({Way::parts_in, block.data(), std::vector<Extent>(parts.begin(), parts.end()),
                 block.size(), 0});
  }

 private:
  std::unique_ptr<Operation> call(Call call) {
    const std::lock_guard lock(group_->mutex_);
    call.left = group_->engines_;
    group_->calls_.emplace(++calls_, std::move(call));
    return std::make_unique<HubCall>(group_, calls_);
  }

  std::shared_ptr<LoopbackGroup> group_;
  std::uint64_t calls_ = 0;
};

class LoopbackGroup::EngineCall final : public Operation {
 public:
  EngineCall(std::shared_ptr<LoopbackGroup> group, std::uint64_t number, std::size_t rank,
             std::byte* mine, std::size_t size)
      : group_(std::move(group)), number_(number), rank_(rank), mine_(mine), size_(size) {}

  bool test() override {
    const std::lock_guard lock(group_->mutex_);
    const auto found = group_->calls_.find(number_);
    if (found == group_->calls_.end()) return false;
    Call& call = found->second;
    const Extent part = call.way == Way::all_out ? Extent{0, call.size} : call.parts.at(rank_);
    if (part.size != size_) throw std::logic_error("hub and engine disagree on a part's size");
    if (size_ != 0) {
      call.way == Way::parts_in ? std::memcpy(call.block + part.offset, mine_, size_)
                                : std::memcpy(mine_, call.block + part.offset, size_);
    }
    --call.left;
    return true;
  }

 private:
  std::shared_ptr<LoopbackGroup> group_;
  std::uint64_t number_;
  std::size_t rank_;
  std::byte* mine_;
  std::size_t size_;
};

class LoopbackGroup::Engine final : public EngineGroup {
 public:
  Engine(std::shared_ptr<LoopbackGroup> group, int rank)
      : group_(std::move(group)), rank_(rank), engines_(group_->comms_.at(rank)) {}

  std::unique_ptr<Operation> broadcast(std::span<std::byte> data) override {
    return call(data.data(), data.size());
  }
  std::unique_ptr<Operation> scatter(std::span<std::byte> mine) override {
    return call(mine.data(), mine.size());
  }
  std::unique_ptr<Operation> gather(std::span<const std::byte> mine) override {
    return call(const_cast<std::byte*>(mine.data()), mine.size());
  }
  EngineComm& engines() override { return *engines_; }

 private:
  std::unique_ptr<Operation> call(std::byte* mine, std::size_t size) {
    return std::make_unique<EngineCall>(group_, ++calls_, static_cast<std::size_t>(rank_), mine,
                                        size);
  }

  std::shared_ptr<LoopbackGroup> group_;
  int rank_;
  std::unique_ptr<EngineComm> engines_;
  std::uint64_t calls_ = 0;
};

LoopbackGroup::LoopbackGroup(std::size_t engines)
    : engines_(engines), comms_(static_cast<int>(engines)) {}

std::unique_ptr<HubGroup> LoopbackGroup::hub(std::shared_ptr<LoopbackGroup> group) {
  return std::make_unique<Hub>(std::move(group));
}

std::unique_ptr<EngineGroup> LoopbackGroup::engine(std::shared_ptr<LoopbackGroup> group, int rank) {
  return std::make_unique<Engine>(std::move(group), rank);
}

}  // namespace farm::transport
