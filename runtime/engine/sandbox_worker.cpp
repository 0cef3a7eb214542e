#include "engine/sandbox_worker.hpp"

#include <cstdio>

#include "engine/listener.hpp"
#include "farm/detail/failure.hpp"
#include "farm/detail/thunk.hpp"
#include "time/clock.hpp"

namespace farm::engine {

namespace {

// The request taken apart from its beginning.
class Parts {
 public:
  explicit Parts(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> next(std::size_t size) {
    const std::span<const std::byte> part = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return part;
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace

void SandboxWorker::work() {
  std::optional<Listener> listener;
  for (;;) {
    const std::span<const std::byte> request = child_->next();
    if (!listener) {
      listener.emplace(
          door_, [this] { listen(); }, [this] { self_->stop_point().notify(); });
    }
    carry_out(request);
    std::fflush(stdout);
  }
}

void SandboxWorker::listen() {
  detail::StopPoint& stop = self_->stop_point();
  if (SandboxRequest(child_->asked()) == SandboxRequest::stop) stop.stop_chunk();
  stop.watch(time::Clock::now());
  voice_.look();
}

void SandboxWorker::carry_out(std::span<const std::byte> request) {
  Parts parts(request);
  SandboxOrder order;
  std::memcpy(&order, parts.next(sizeof order).data(), sizeof order);
  if (!self_) {
    self_.emplace(order.engine, host_, order.engines, order.seed);
    voice_.attach(*self_);
  }
  child_->look(order.looks);
  const std::span<const std::byte> forgotten = parts.next(order.forgotten * 4);
  for (std::size_t at = 0; at < forgotten.size(); at += 4) {
    std::uint32_t number = 0;
    std::memcpy(&number, forgotten.data() + at, 4);
    commons_.erase(number);
  }
  const std::span<const std::byte> common = parts.next(order.common_size);
  if (order.brings_common) commons_[order.common] = {Bytes(common), nullptr};
  const detail::ItemsView items(order.count, order.item_size, parts.next(order.items_size));
  const std::span<const std::byte> list = parts.next(order.list_size);
  self_->begin_chunk(order.attempt, order.limit, nullptr);
  for (std::uint32_t i = order.from; i < order.count; ++i) {
    child_->mark(i + 1);
    run(order, i, items, list);
  }
}

// Each item by itself, so that its result is safe before the next one begins.
void SandboxWorker::run(const SandboxOrder& order, std::uint32_t i, const detail::ItemsView& items,
                        std::span<const std::byte> list) {
  const std::span<const std::byte> item = items[i];
  result_.clear();
  // Of one size, whatever that is, until it fails.
  detail::ItemsBuilder reply(result_, 0);
  if (items.failed(i)) {
    detail::pass_failure(reply, item);
  } else {
    std::shared_ptr<const void> none;
    Common* common = order.common == 0 ? nullptr : &commons_[order.common];
    detail::Call call{*self_,
                      list.empty() ? TaskId{number(order.first) + i} : order.first,
                      detail::ItemsView(1, item.size(), item),
                      list.empty() ? list : list.subspan(std::size_t{i} * 4, 4),
                      common == nullptr ? std::span<const std::byte>() : common->packed.span(),
                      common == nullptr ? none : common->unpacked,
                      reply};
    door_.open(++kernels_);
    (*registry_)[order.kernel].run(call);
    door_.shut();
    voice_.end_item();
    if (common != nullptr && common->unpacked != nullptr) common->packed = Bytes();
  }
  const ItemAnswer answer{result_.size(), reply.any_failed() ? 1U : 0U};
  child_->write(&answer, sizeof answer);
  child_->write(result_.data(), result_.size());
  child_->publish();
}

}  // namespace farm::engine
