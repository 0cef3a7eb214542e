// Why a task is not running, in sentences for people.

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

namespace {

std::string seconds(std::int64_t ns) {
  std::ostringstream text;
  text.precision(3);
  text << static_cast<double>(std::max<std::int64_t>(ns, 0)) * 1e-9 << " s";
  return text.str();
}

std::string counted(std::uint64_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

void say_engines(std::ostream& text, const policy::Standing& standing) {
  text << "; of the " << counted(standing.eligible, "engine") << " that may run it "
       << standing.idle << (standing.idle == 1 ? " is" : " are") << " idle, " << standing.full
       << " full";
  if (standing.held != 0) text << ", " << standing.held << " kept free for a gang";
  if (standing.refused != 0) {
    text << ", " << standing.refused << " without what its view requires";
  }
}

void say_gang(std::ostream& text, const policy::Standing& standing) {
  text << "; it needs " << standing.ranks << " engines at once";
  if (standing.reserved) text << ": " << standing.gang_held << " are free and kept for it";
}

std::string why(const policy::Standing& standing, std::int64_t now) {
  std::ostringstream text;
  text << "is queued, ";
  if (standing.ahead == 0) {
    text << "as the next of its view";
  } else {
    text << "behind " << counted(standing.ahead, "other item") << " of its view";
  }
  say_engines(text, standing);
  if (standing.ranks > 1) say_gang(text, standing);
  if (standing.priority_ahead) text << "; tasks of higher priority are before it";
  if (standing.share_ahead) text << "; it is the turn of another view's tasks";
  if (standing.late != 0) {
    text << "; " << counted(standing.late, "item") << " of it would end after the time limit";
  }
  if (standing.backing_off != 0) {
    text << "; " << counted(standing.backing_off, "item") << " that failed will be tried again, "
         << "the first in " << seconds(standing.until - now);
  }
  return text.str();
}

}  // namespace

// The chunk that holds the item, if it is on an engine.
std::optional<policy::Flight> Hub::flight_of(const Batch& batch, std::uint64_t item) const {
  for (const DirectFlight& flight : direct_) {
    const detail::Share& share = flight.share;
    if (flight.batch == &batch && share.first <= item && item < share.first + share.count) {
      return policy::Flight{batch.number, share.engine, share.first, share.count};
    }
  }
  if (batch.direct) return std::nullopt;
  std::uint64_t place = item;
  if (batch.planned) {
    const std::vector<std::uint32_t>& order = plans_.at(batch.number).order;
    place = static_cast<std::uint64_t>(std::ranges::find(order, item) - order.begin());
  }
  for (policy::Ticket ticket = 0; ticket < scheduler_.tickets(); ++ticket) {
    const policy::Flight* flight = scheduler_.flight(ticket);
    if (flight != nullptr && flight->batch == batch.number && flight->first <= place &&
        place < flight->first + flight->count) {
      return *flight;
    }
  }
  return std::nullopt;
}

std::optional<double> Hub::time_left(const Batch& batch) {
  if (batch.settled()) return 0;
  if (batch.kernel == nullptr || batch.direct || batch.waiting) return std::nullopt;
  return scheduler_.time_left(batch.number);
}

std::string Hub::explain(TaskId task) {
  const std::string id = "task " + std::to_string(number(task));
  if (number(task) >= next_task_) {
    throw std::out_of_range("there is no " + id + ": so far " + std::to_string(next_task_) +
                            " have been submitted");
  }
  Batch* batch = find(task);
  if (batch == nullptr) return id + " has ended, and nobody holds its result any more";
  const std::string name = id + " (" + detail::readable_name(*batch->kernel) + ") ";
  const std::uint64_t item = number(task) - number(batch->first);
  if (batch->results && batch->results->settled(item)) {
    const detail::Settled settled = batch->results->read(item);
    const Record& record = batch->results->record_of(item);
    if (settled.status == detail::Status::aborted) return name + "was cancelled";
    const std::string where =
        record.attempt == 0 ? "" : " on engine " + std::to_string(record.engine);
    if (settled.status == detail::Status::done) return name + "is done" + where;
    return name + "has ended" + where + ": it " + detail::describe_failure(settled.bytes);
  }
  if (const auto flight = flight_of(*batch, item)) {
    std::string text = name + "is on engine " + std::to_string(flight->engine.rank());
    if (flight->attempt > 1) text += ", attempt " + std::to_string(flight->attempt);
    const std::uint64_t load = scheduler_.load(flight->engine);
    return text + (load > 1 ? ", running or queued behind another chunk there" : ", running");
  }
  if (batch->waiting) return dependencies_.explain(*batch);
  if (batch->direct) return name + "is a collective call that its engines have not finished";
  const std::string text = name + why(scheduler_.why(batch->number), time::Clock::now());
  return gone_.empty() ? text : text + "; " + gone_.text();
}

}  // namespace farm::hub
