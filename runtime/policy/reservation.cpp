// Engines that are kept free for the gang that is next: EASY backfilling (Lifka, 1995; Mu'alem and
// Feitelson, 2001). Engines are chosen by when they will be free; until the gang can start, those
// that are free run what will be over by then.

#include <algorithm>
#include <deque>

#include "policy/scheduler.hpp"

namespace farm::policy {

namespace {

constexpr Moment look_ns = 1'000'000;
constexpr Moment unknown_ns = 1'000'000;
constexpr Moment occupied_ns = 1'000'000'000;

struct Free {
  std::uint32_t engine = 0;
  Moment at = 0;
};

// The latest of the `k` engines that are free first.
Moment kth(std::vector<Free> engines, std::uint32_t k) {
  const auto at = engines.begin() + k - 1;
  std::nth_element(engines.begin(), at, engines.end(),
                   [](const Free& a, const Free& b) { return a.at < b.at; });
  return at->at;
}

// Where the `k` neighbours begin that are free first; engines.size() if there are no neighbours.
std::size_t first_window(const std::vector<Free>& engines, std::uint32_t k, Moment& start) {
  std::size_t best = engines.size();
  std::size_t neighbours = 0;
  std::deque<std::size_t> latest;  // of the window, each later than those after it
  for (std::size_t i = 0; i < engines.size(); ++i) {
    neighbours = i > 0 && engines[i].engine == engines[i - 1].engine + 1 ? neighbours + 1 : 1;
    while (!latest.empty() && engines[latest.back()].at <= engines[i].at) latest.pop_back();
    latest.push_back(i);
    while (latest.front() + k <= i) latest.pop_front();
    if (neighbours < k || (best != engines.size() && engines[latest.front()].at >= start)) continue;
    best = i + 1 - k;
    start = engines[latest.front()].at;
  }
  return best;
}

}  // namespace

// When the engine will have nothing to do, if what is queued there is taken back.
Moment Scheduler::free_at(std::uint32_t number) {
  const EngineState& engine = engines_[number];
  if (engine.waits()) return now_ + occupied_ns;
  if (engine.load() == 0) return now_;
  if (engine.occupied != 0 || engine.first == none) return now_ + occupied_ns;
  const Flight& running = flights_[engine.first].flight;
  const double run = expected(running.batch, running.first, running.count);
  const Moment age = now_ - engine.since;
  const Moment end = run < 0 ? 0 : engine.since + static_cast<Moment>(run);
  // What has run for longer than expected will go on for as long again.
  return end > now_ ? end : now_ + std::max(age, unknown_ns);
}

// Engines for the lane's next gang, in rank order: neighbours, unless others are free much sooner.
std::vector<std::uint32_t> Scheduler::plan(const Lane& lane, const Next& next) {
  std::vector<std::vector<Free>> hosts;
  std::unordered_map<int, std::size_t> place;
  for (const std::uint32_t engine : sets_[lane.set].engines) {
    if (!may_run(lane, {next.batch, none}, engine)) continue;
    const auto [at, fresh] = place.try_emplace(lane.one_host ? hosts_[engine] : 0, hosts.size());
    if (fresh) hosts.emplace_back();
    hosts[at->second].push_back({engine, free_at(engine)});
  }
  std::vector<std::uint32_t> best;
  Moment best_start = 0;
  for (std::vector<Free>& engines : hosts) {
    if (engines.size() < lane.ranks) continue;
    Moment start = kth(engines, lane.ranks);
    Moment together = 0;
    const std::size_t window = first_window(engines, lane.ranks, together);
    const Moment patient = start + std::max(look_ns / 10, (start - now_) / 10);
    std::vector<std::uint32_t> chosen;
    if (window != engines.size() && together <= patient) {
      start = together;
      for (std::size_t i = 0; i < lane.ranks; ++i) chosen.push_back(engines[window + i].engine);
    } else {
      std::stable_sort(engines.begin(), engines.end(),
                       [](const Free& a, const Free& b) { return a.at < b.at; });
      for (std::size_t i = 0; i < lane.ranks; ++i) chosen.push_back(engines[i].engine);
      std::sort(chosen.begin(), chosen.end());
    }
    if (!best.empty() && start >= best_start) continue;
    best = std::move(chosen);
    best_start = start;
  }
  reservation_.start = best_start;
  return best;
}

// Holds engines for the lane's next gang, or other ones than before.
void Scheduler::reserve(std::uint32_t number) {
  Lane& lane = lanes_[number];
  if (bounded_) put_off(number);
  const Next next = next_for(lane, none);
  std::vector<std::uint32_t> engines;
  if (next.batch != none && !too_late(number)) engines = plan(lane, next);
  reservation_.lane = engines.empty() ? none : number;
  reservation_.look = std::max(reservation_.start, now_ + look_ns);
  hold_only(std::move(engines));
}

void Scheduler::hold_only(std::vector<std::uint32_t> engines) {
  const std::vector<std::uint32_t> before = std::move(reservation_.engines);
  reservation_.engines = std::move(engines);
  note_bounds();
  for (const std::uint32_t engine : reservation_.engines) {
    if (!engines_[engine].held) withdraw(engine);
  }
  for (const std::uint32_t engine : before) {
    if (!std::binary_search(reservation_.engines.begin(), reservation_.engines.end(), engine)) {
      offer(engine);
    }
  }
}

void Scheduler::withdraw(std::uint32_t number) {
  EngineState& engine = engines_[number];
  engine.held = true;
  take_off_offer(number);
  ask_back_queued(number);
}

void Scheduler::take_off_offer(std::uint32_t number) {
  sets_[EngineSets::universal].loads->remove(number);
  for (const Membership& m : engines_[number].sets) {
    if (sets_[m.set].loads) sets_[m.set].loads->remove(m.position);
  }
}

void Scheduler::put_on_offer(std::uint32_t number) {
  EngineState& engine = engines_[number];
  if (!engine.offered()) return;
  engine.listed = static_cast<std::uint32_t>(engine.load());
  sets_[EngineSets::universal].loads->insert(number, engine.load());
  for (const Membership& m : engine.sets) {
    if (sets_[m.set].loads) sets_[m.set].loads->insert(m.position, engine.load());
  }
}

void Scheduler::offer(std::uint32_t number) {
  EngineState& engine = engines_[number];
  engine.held = false;
  put_on_offer(number);
  while (serve_next(number, engine.load())) {
  }
  set_load(number);
  if (engine.load() == 0) look_for_work(number);
}

}  // namespace farm::policy
