// How tasks are cancelled, stopped and asked after through the monitor.

#include <memory>
#include <utility>

#include "farm/detail/fault.hpp"
#include "hub/monitor.hpp"

namespace farm::hub {

namespace {

Batch& own(detail::BatchHeader& header) { return static_cast<Batch&>(header); }

}  // namespace

std::uint64_t Monitor::cancel(detail::BatchHeader& batch) {
  Entry entry(*this);
  return hub_->cancel(own(batch));
}

std::uint64_t Monitor::cancel_share(std::uint32_t share) {
  Entry entry(*this);
  return hub_->cancel_share(share);
}

void Monitor::break_share(std::uint32_t share) {
  Entry entry(*this);
  hub_->cancel_share(share,
                     std::make_shared<const Bytes>(detail::encode_fault(
                         detail::Fault::broken, "the executor's initializer failed on an engine")));
}

bool Monitor::cancel_task(TaskId task) {
  Entry entry(*this);
  return hub_->cancel_task(task);
}

std::uint64_t Monitor::stop(detail::BatchHeader& batch) {
  Entry entry(*this);
  return hub_->stop(own(batch));
}

std::uint64_t Monitor::stop_share(std::uint32_t share) {
  Entry entry(*this);
  return hub_->stop_share(share);
}

std::uint64_t Monitor::stop_all() {
  Entry entry(*this);
  return hub_->stop_all();
}

std::string Monitor::explain(TaskId task) {
  Entry entry(*this);
  return hub_->explain(task);
}

void Monitor::cancel_all() {
  Entry entry(*this);
  hub_->cancel_all();
}

}  // namespace farm::hub
