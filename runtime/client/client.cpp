#include "farm/client.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "farm/error.hpp"

namespace farm {

namespace {

// Ids count from the end where they are negative, as on a list.
EngineId resolve(detail::Session& session, EngineId id, const std::vector<EngineId>& ids) {
  if (id.rank() < 0 && static_cast<std::size_t>(-static_cast<long>(id.rank())) <= ids.size()) {
    return ids[ids.size() - static_cast<std::size_t>(-static_cast<long>(id.rank()))];
  }
  if (ids.empty()) throw NoEngines("no engine is left");
  if (std::ranges::find(ids, id) == ids.end()) {
    if (const std::string why = session.obituary(id); !why.empty()) throw std::out_of_range(why);
    throw std::out_of_range("there is no engine " + std::to_string(id.rank()) +
                            "; the engines are " + std::to_string(ids.front().rank()) + " to " +
                            std::to_string(ids.back().rank()));
  }
  return id;
}

}  // namespace

std::vector<EngineId> Client::ids() const {
  std::vector<EngineId> ids;
  for (const EngineInfo& engine : engines()) ids.push_back(engine.id);
  return ids;
}

LoadBalancedView Client::load_balanced() const {
  return {*session_, session_->new_route(session_->default_options(), session_->new_share(), 0)};
}

LoadBalancedView Client::load_balanced(const std::vector<EngineId>& targets) const {
  if (targets.empty()) throw NoEngines("load_balanced was given no targets");
  const std::vector<EngineId> all = ids();
  TaskOptions options = session_->default_options();
  for (const EngineId target : targets) {
    const EngineId id = resolve(*session_, target, all);
    if (std::ranges::find(options.targets, id) == options.targets.end()) {
      options.targets.push_back(id);
    }
  }
  return {*session_, session_->new_route(std::move(options), session_->new_share(), 0)};
}

DirectView Client::direct() const { return {*session_, std::nullopt}; }

DirectView Client::direct(const std::vector<EngineId>& targets) const {
  if (targets.empty()) throw NoEngines("direct was given no targets");
  const std::vector<EngineId> all = ids();
  std::vector<EngineId> resolved;
  std::set<EngineId> seen;
  for (const EngineId target : targets) {
    resolved.push_back(resolve(*session_, target, all));
    if (!seen.insert(resolved.back()).second) {
      throw std::invalid_argument("engine " + std::to_string(resolved.back().rank()) +
                                  " is named twice among the targets");
    }
  }
  return {*session_, std::move(resolved)};
}

DirectView Client::direct(const Slice& slice) const {
  std::vector<EngineId> targets = select(ids(), slice);
  if (targets.empty()) throw NoEngines("the slice selects none of the engines");
  return {*session_, std::move(targets)};
}

EngineView Client::operator[](EngineId engine) const {
  return {*session_, resolve(*session_, engine, ids())};
}

EngineView Client::Iterator::operator*() const { return {client_->session(), (*engines_)[at_].id}; }

void Client::wait_for_engines(std::size_t n, Limit limit) const {
  if (n <= size()) return;
  const std::string sentence =
      "this job has " + std::to_string(size()) + " engines and will not have " + std::to_string(n);
  if (!limit) throw std::invalid_argument(sentence);
  const detail::Deadline deadline = detail::deadline_after(*session_, limit);
  if (!deadline) throw std::invalid_argument(sentence);
  const std::size_t before = size();
  if (session_->await([&] { return size() < before; }, deadline)) {
    throw EngineError("an engine has died while " + std::to_string(n) + " were waited for");
  }
  throw TimeoutError(sentence);
}

bool Client::wait(Limit limit) const {
  return session_->await_idle(detail::deadline_after(*session_, limit));
}

std::vector<TaskRecord> Client::query(const Query& query) const {
  std::vector<TaskRecord> found;
  records().query(query, [&](TaskRecord&& record) { found.push_back(std::move(record)); });
  return found;
}

std::vector<TaskId> Client::history() const {
  std::vector<TaskId> ids;
  records().query(Query().keys({}), [&](TaskRecord&& record) { ids.push_back(record.id); });
  return ids;
}

void Client::check_result_size(const detail::BatchHeader& batch, std::size_t size) {
  // Sizes are all that is known of a type here.
  const bool fixed = batch.result_size != 0xffffffff && size != variable_size;
  if (fixed && batch.result_size != size) {
    throw std::invalid_argument("the kernel of this task returns something of another size");
  }
}

std::size_t Client::outstanding() const { return session_->outstanding(); }

}  // namespace farm
