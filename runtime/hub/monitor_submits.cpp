// What the monitor is given: tasks and calls, and memory that their callers lend.

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "hub/monitor.hpp"

namespace farm::hub {

namespace {

constexpr std::uint64_t submissions_per_pump = 8;

Batch& own(detail::BatchHeader& header) { return static_cast<Batch&>(header); }

}  // namespace

void Monitor::check_open() const {
  if (broken_) std::rethrow_exception(broken_);
  if (closed_) throw std::logic_error("the run is over: nothing can be submitted any more");
}

detail::BatchHeader* Monitor::submit(detail::Submission&& submission) {
  Entry entry(*this);
  check_open();
  // A continuation submits when what it waited for has ended, whenever that is.
  if (submission.recall == detail::Recall::by_place && submission.stream == 0 && in_callback()) {
    submission.recall = detail::Recall::by_content;
  }
  if (!labels_.empty()) apply_label(submission);
  Batch* batch = hub_->submit(std::move(submission));
  pump_now_and_then();
  return batch;
}

// The lock is held.
bool Monitor::in_callback() const {
  return !running_.empty() &&
         std::ranges::find(running_, std::this_thread::get_id()) != running_.end();
}

// A driver that only submits moves the farm on its way; one that then waits moves it anyway.
void Monitor::pump_now_and_then() {
  if (++submissions_ % submissions_per_pump == 0) pump_for_driver();
}

detail::BatchHeader* Monitor::submit_direct(detail::Submission&& submission,
                                            std::vector<detail::Share> shares, bool together) {
  Entry entry(*this);
  check_open();
  if (!labels_.empty()) apply_label(submission);
  detail::BatchHeader* batch = hub_->submit_direct(std::move(submission), shares, together);
  pump_now_and_then();
  return batch;
}

detail::BatchHeader* Monitor::submit_collective(detail::Collective&& collective) {
  Entry entry(*this);
  check_open();
  detail::BatchHeader* batch = hub_->submit_collective(std::move(collective));
  pump_now_and_then();
  return batch;
}

detail::BatchHeader* Monitor::promise(std::uint64_t count, std::size_t result_size) {
  Entry entry(*this);
  return hub_->promise(count, result_size);
}

void Monitor::settle(detail::BatchHeader& batch, std::uint64_t i, detail::Settled result,
                     const TaskInfo& info) {
  Entry entry(*this);
  hub_->settle(own(batch), i, result, info);
}

// The caller takes back memory that a call refers to. What the engines have not come to yet is
// copied; what MPI is moving will soon have been moved, as all engines are there.
void Monitor::drop(detail::BatchHeader& batch) noexcept {
  {
    const Entry entry(*this);
    if (own(batch).busy) hub_->give_back(own(batch));
    if (!own(batch).busy) return hub_->drop(own(batch));
  }
  try {
    await_sent(batch, std::nullopt);
  } catch (...) {
    const Entry entry(*this);
    if (!broken_) broken_ = std::current_exception();
  }
  const Entry entry(*this);
  hub_->drop(own(batch));
}

bool Monitor::await_sent(const detail::BatchHeader& batch, detail::Deadline deadline) {
  const Batch& mine = static_cast<const Batch&>(batch);
  return await([&mine] { return !mine.busy; }, deadline);
}

}  // namespace farm::hub
