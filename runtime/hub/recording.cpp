// What the hub tells the journal, and takes from it.

#include <algorithm>
#include <utility>

#include "hub/hub.hpp"
#include "records/journal.hpp"

namespace farm::hub {

void Hub::record_in(records::Journal& journal) {
  journal_ = &journal;
  next_task_ = journal.next_task();
}

namespace {

bool lasts(const detail::Submission& submission) {
  return submission.parent.depth == 0 && submission.defines_setup == 0 &&
         submission.recall != detail::Recall::never;
}

// Over all that decides what comes of the call. The place of a result that is an argument counts
// for its value, which is not there yet: the call that makes it has been compared by itself.
records::Digest digest_of(const detail::Submission& submission) {
  records::Digester digester;
  digester.add(std::string_view(submission.kernel->identity()));
  digester.add(submission.count);
  digester.add(submission.item_size);
  if (submission.common != nullptr) digester.add(submission.common->bytes.span());
  digester.add(submission.items.span());
  for (const detail::Splice& splice : submission.splices) {
    const Batch& source = static_cast<const Batch&>(**splice.source);
    digester.add(splice.offset);
    digester.add(source.lasting ? number(source.first) : ~std::uint64_t{0});
  }
  return digester.digest();
}

}  // namespace

// What earlier runs know of the call that is submitted.
records::Found Hub::look_up(const detail::Submission& submission) {
  if (!lasts(submission)) return {};
  records::Asked asked;
  asked.kernel = submission.kernel;
  asked.share = records::place_of(submission.route->share, submission.stream);
  asked.result_size = size_on_wire(submission.kernel->result_size());
  asked.count = submission.count;
  asked.placed = submission.recall == detail::Recall::by_place;
  asked.digest = digest_of(submission);
  records::Found found = journal_->find(asked);
  found.digest = asked.digest;
  return found;
}

void Hub::record_call(Batch& batch, const detail::Submission& submission,
                      const records::Found& found, bool direct) {
  if (batch.count == 0) return;
  const bool lasting = !direct && lasts(submission);
  batch.lasting = lasting;
  if (found.task) return journal_->resumed(number(batch.first), batch.count, batch.submitted);
  records::Called called;
  called.kind = submission.parent.depth != 0    ? records::CallKind::nested
                : submission.defines_setup != 0 ? records::CallKind::setup
                : direct                        ? records::CallKind::direct
                : lasting                       ? records::CallKind::balanced
                                                : records::CallKind::once;
  called.recalled = lasting;
  called.placed = lasting && submission.recall == detail::Recall::by_place;
  called.share = records::place_of(batch.share, submission.stream);
  called.sequence = found.sequence;
  called.result_size = batch.result_size;
  called.submitted = batch.submitted;
  called.kernel = batch.kernel;
  called.digest = found.digest;
  const std::string_view label =
      submission.label.empty() ? submission.route->options.label : submission.label;
  journal_->call(number(batch.first), batch.count, called, label);
}

void Hub::record_collective(const Batch& batch) {
  if (batch.count == 0) return;
  records::Called called;
  called.kind = records::CallKind::collective;
  called.result_size = batch.result_size;
  called.submitted = batch.submitted;
  called.kernel = batch.kernel;
  journal_->call(number(batch.first), batch.count, called, {});
}

// Settles what an earlier run has recorded. Whether that is all; otherwise the rest is planned.
bool Hub::restore(Batch& batch, std::int64_t submitted) {
  batch.lasting = true;
  const std::size_t size =
      batch.result_size == wire::variable_item ? variable_size : batch.result_size;
  std::vector<results::Origin> origins;
  Results& results = batch.made_results();
  journal_->read(number(batch.first), batch.count, [&](const records::Part& part) {
    Record record = part.record;
    record.engine = -1;
    try {
      results.settle(record, detail::ItemsView(record.count, size, part.results));
    } catch (const Error&) {
      return;  // a damaged row: it runs again
    }
    origins.push_back({record.first, record.count, part.record.engine, submitted, part.host});
  });
  const std::uint64_t settled = results.progress().settled;
  totals_.done += settled;
  if (!origins.empty()) results.come_from(std::move(origins));
  if (results.all_settled()) {
    batch.released = true;
    complete(batch);
    return true;
  }
  if (settled == 0) return false;
  Plan& plan = plans_[batch.number];
  for (std::uint64_t i = 0; i < batch.count; ++i) {
    if (!results.settled(i)) plan.order.push_back(static_cast<std::uint32_t>(i));
  }
  batch.planned = true;
  return false;
}

void Hub::record_items(const Batch& batch, const Record& record, const detail::ItemsView& items) {
  journal_->ended(number(batch.first), record, items, batch.result_size);
}

void Hub::record_item(const Batch& batch, const Record& record, std::span<const std::byte> bytes,
                      bool failed) {
  if (batch.kernel == nullptr) return;
  journal_->ended(number(batch.first), record, bytes, batch.result_size, failed);
}

void Hub::record_try(const Batch& batch, const Record& record, std::span<const std::byte> failure) {
  journal_->tried(number(batch.first), record, failure);
}

// A try of all items of the flight, which its engine will not answer.
void Hub::record_lost_try(const Batch& batch, const policy::Flight& flight, const Fate& fate) {
  if (journal_ == nullptr) return;
  Record record;
  record.count = batch.planned ? 1 : static_cast<std::uint32_t>(flight.count);
  record.engine = flight.engine.rank();
  record.attempt = std::min(flight.attempt, most_attempts);
  record.started = record.completed = record.received = now_;
  for (std::uint64_t i = 0; i < flight.count; i += record.count) {
    record.first = item_at(batch, flight.first + i);
    record_try(batch, record, fate->span());
  }
}

void Hub::record_end(const Batch& batch, const Record& record, const Fate& fate) {
  journal_->aborted(number(batch.first), record, fate.get());
}

}  // namespace farm::hub
