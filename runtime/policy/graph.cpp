#include "policy/graph.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace farm::policy {

namespace {

// Whether it was new.
bool insert(std::vector<EngineId>& engines, EngineId engine) {
  const auto at = std::ranges::lower_bound(engines, engine);
  if (at != engines.end() && *at == engine) return false;
  engines.insert(at, engine);
  return true;
}

// A free number, or one more.
template <class State>
std::uint32_t take(std::vector<State>& states, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    states.emplace_back();
    return static_cast<std::uint32_t>(states.size() - 1);
  }
  const std::uint32_t number = free.back();
  free.pop_back();
  return number;
}

}  // namespace

Source Graph::open() {
  const Source source = take(sources_, free_sources_);
  sources_[source].live = true;
  return source;
}

void Graph::close(Source source) {
  sources_[source] = {};
  free_sources_.push_back(source);
}

void Graph::tell(Source source, const News& news) {
  SourceState& state = sources_[source];
  bool fresh = news.over;
  if (news.success && !std::exchange(state.success, true)) fresh = true;
  if (news.failure && !std::exchange(state.failure, true)) fresh = true;
  if (news.engine.rank() >= 0) {
    if (news.success && insert(state.well, news.engine)) fresh = true;
    if (news.failure && insert(state.badly, news.engine)) fresh = true;
  }
  state.over = news.over;
  if (!fresh) return;
  // A ruling unlinks other edges than the one it comes by: the list is read before.
  heard_.clear();
  for (std::uint32_t edge = state.first; edge != none; edge = edges_[edge].next) {
    heard_.emplace_back(edges_[edge].waiter, edges_[edge].need);
  }
  for (const auto& [waiter, number] : heard_) {
    WaiterState& heard = waiters_[waiter];
    if (!heard.live || heard.needs[number].met) continue;
    if (!judge(waiter, heard.needs[number], source)) continue;
    if (heard.live && heard.needs[number].met) drop_need(waiter, number);
  }
  while (state.over && state.first != none) unlink(state.first);
}

Waiter Graph::add(std::span<const Need> needs) {
  const Waiter waiter = take(waiters_, free_waiters_);
  waiters_[waiter].live = true;
  waiters_[waiter].needs.resize(needs.size());
  waiters_[waiter].unmet = static_cast<std::uint32_t>(needs.size());
  for (std::uint32_t i = 0; i < needs.size(); ++i) {
    if (!begin(waiter, i, needs[i])) return waiter;
  }
  if (needs.empty()) permit(waiter);
  return waiter;
}

// Looks at what has ended before, and waits for the rest. False when the waiter has been ruled on.
bool Graph::begin(Waiter waiter, std::uint32_t number, const Need& need) {
  NeedState& state = waiters_[waiter].needs[number];
  state.any = need.any;
  state.success = need.success;
  state.failure = need.failure;
  state.place = need.place && !need.sources.empty();
  state.left = static_cast<std::uint32_t>(need.sources.size());
  if (need.sources.empty()) {
    meet(waiter, state);
    return waiters_[waiter].live;
  }
  if (need.any) {
    // Of several that are there already, any will do for the place.
    bool met = false;
    for (const Source source : need.sources) {
      const SourceState& from = sources_[source];
      const bool counts = (from.success && need.success) || (from.failure && need.failure);
      if (counts) gather(state, from);
      met = met || counts;
    }
    if (met) {
      meet(waiter, state);
      return waiters_[waiter].live;
    }
  }
  for (const Source source : need.sources) {
    if (!sources_[source].over) link(source, waiter, number);
  }
  for (const Source source : need.sources) {
    judge(waiter, state, source);
    if (!waiters_[waiter].live) return false;
  }
  return true;
}

// The places of what counts. False if there is more than one and all must have run on one.
bool Graph::gather(NeedState& need, const SourceState& source) const {
  if (!need.place) return true;
  if (need.success) {
    for (const EngineId engine : source.well) insert(need.places, engine);
  }
  if (need.failure) {
    for (const EngineId engine : source.badly) insert(need.places, engine);
  }
  return need.any || need.places.size() <= 1;
}

// What a source's state means to somebody's need. Returns whether it is ruled on, or met.
bool Graph::judge(Waiter waiter, NeedState& need, Source source) {
  const SourceState& from = sources_[source];
  const bool counts = (from.success && need.success) || (from.failure && need.failure);
  if (need.any) {
    if (counts) {
      gather(need, from);
      meet(waiter, need);
      return true;
    }
  } else {
    if (from.failure && !need.failure)
      return rule_out(waiter, need, Miss::ended_badly, source), true;
    if (from.success && !need.success)
      return rule_out(waiter, need, Miss::ended_well, source), true;
    if (!gather(need, from)) return rule_out(waiter, need, Miss::apart, source), true;
  }
  if (!from.over || --need.left > 0) return false;
  if (need.any) {
    rule_out(waiter, need, need.success ? Miss::ended_badly : Miss::ended_well, source);
  } else {
    meet(waiter, need);
  }
  return true;
}

void Graph::meet(Waiter waiter, NeedState& need) {
  need.met = true;
  if (need.place && need.places.empty()) return rule_out(waiter, need, Miss::nowhere, none);
  if (--waiters_[waiter].unmet == 0) permit(waiter);
}

void Graph::permit(Waiter waiter) {
  Ruling ruling;
  ruling.waiter = waiter;
  for (NeedState& need : waiters_[waiter].needs) {
    if (!need.place) continue;
    if (!std::exchange(ruling.placed, true)) {
      ruling.places = std::move(need.places);
      continue;
    }
    std::vector<EngineId> both;
    std::ranges::set_intersection(ruling.places, need.places, std::back_inserter(both));
    ruling.places = std::move(both);
  }
  if (ruling.placed && ruling.places.empty()) ruling.miss = Miss::apart;
  rulings_.push_back(std::move(ruling));
  drop(waiter);
}

void Graph::rule_out(Waiter waiter, const NeedState& need, Miss miss, Source cause) {
  Ruling ruling;
  ruling.waiter = waiter;
  ruling.miss = miss;
  ruling.cause = cause;
  ruling.any = need.any;
  ruling.places = need.places;
  rulings_.push_back(std::move(ruling));
  drop(waiter);
}

void Graph::forget(Waiter waiter) { drop(waiter); }

void Graph::drop(Waiter waiter) {
  while (waiters_[waiter].first != none) unlink(waiters_[waiter].first);
  waiters_[waiter] = {};
  free_waiters_.push_back(waiter);
}

// A need that is met waits for nobody.
void Graph::drop_need(Waiter waiter, std::uint32_t need) {
  for (std::uint32_t edge = waiters_[waiter].first; edge != none;) {
    const std::uint32_t next = edges_[edge].next_of_waiter;
    if (edges_[edge].need == need) unlink(edge);
    edge = next;
  }
}

void Graph::link(Source source, Waiter waiter, std::uint32_t need) {
  const std::uint32_t number = take(edges_, free_edges_);
  Edge& edge = edges_[number];
  edge = {source, waiter, need, sources_[source].first, none, waiters_[waiter].first, none};
  if (edge.next != none) edges_[edge.next].before = number;
  if (edge.next_of_waiter != none) edges_[edge.next_of_waiter].before_of_waiter = number;
  sources_[source].first = waiters_[waiter].first = number;
}

void Graph::unlink(std::uint32_t number) {
  const Edge edge = std::exchange(edges_[number], {});
  (edge.before == none ? sources_[edge.source].first : edges_[edge.before].next) = edge.next;
  if (edge.next != none) edges_[edge.next].before = edge.before;
  (edge.before_of_waiter == none ? waiters_[edge.waiter].first
                                 : edges_[edge.before_of_waiter].next_of_waiter) =
      edge.next_of_waiter;
  if (edge.next_of_waiter != none) {
    edges_[edge.next_of_waiter].before_of_waiter = edge.before_of_waiter;
  }
  free_edges_.push_back(number);
}

std::vector<Ruling> Graph::take_rulings() { return std::exchange(rulings_, {}); }

std::vector<Source> Graph::missing(Waiter waiter, std::size_t most, std::size_t& all) const {
  std::vector<Source> sources;
  all = 0;
  for (std::uint32_t edge = waiters_[waiter].first; edge != none;
       edge = edges_[edge].next_of_waiter) {
    if (all++ < most) sources.push_back(edges_[edge].source);
  }
  return sources;
}

std::string Graph::validate() const {
  std::size_t from_sources = 0;
  for (Source source = 0; source < sources_.size(); ++source) {
    const SourceState& state = sources_[source];
    if (!state.live && state.first != none) return "a closed source has edges";
    if (state.over && state.first != none) return "a source is over and somebody waits for it";
    for (std::uint32_t edge = state.first; edge != none; edge = edges_[edge].next) {
      ++from_sources;
      if (edges_[edge].source != source) return "an edge is in another source's list";
    }
  }
  std::size_t from_waiters = 0;
  for (Waiter waiter = 0; waiter < waiters_.size(); ++waiter) {
    const WaiterState& state = waiters_[waiter];
    if (!state.live && state.first != none) return "a waiter that is gone has edges";
    if (state.live && state.unmet == 0) return "a waiter needs nothing and waits";
    std::vector<std::uint32_t> left(state.needs.size());
    for (std::uint32_t edge = state.first; edge != none; edge = edges_[edge].next_of_waiter) {
      ++from_waiters;
      if (edges_[edge].waiter != waiter) return "an edge is in another waiter's list";
      ++left[edges_[edge].need];
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (state.needs[i].met ? left[i] != 0 : left[i] != state.needs[i].left) {
        return "a need has not as many edges as sources that are left";
      }
    }
  }
  if (from_sources != edges() || from_waiters != edges()) return "edges are lost";
  return {};
}

}  // namespace farm::policy
