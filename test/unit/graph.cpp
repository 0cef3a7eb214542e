// Who waits for whom, without a farm.

#include "policy/graph.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <random>

using farm::EngineId;
using farm::policy::Graph;
using farm::policy::Miss;
using farm::policy::Need;
using farm::policy::News;
using farm::policy::Ruling;
using farm::policy::Source;
using farm::policy::Waiter;

namespace {

constexpr News well_on(int engine) { return {true, false, true, engine}; }
constexpr News badly_on(int engine) { return {false, true, true, engine}; }

Need all_of(std::vector<Source> sources) { return {std::move(sources)}; }
Need any_of(std::vector<Source> sources) { return {std::move(sources), true}; }
Need placed(Need need) {
  need.place = true;
  return need;
}
Need meeting(Need need, bool success, bool failure) {
  need.success = success;
  need.failure = failure;
  return need;
}

std::optional<Ruling> ruling(Graph& graph) {
  REQUIRE(graph.validate().empty());
  std::vector<Ruling> rulings = graph.take_rulings();
  REQUIRE(rulings.size() <= 1);
  if (rulings.empty()) return std::nullopt;
  return rulings.front();
}

Waiter add(Graph& graph, const std::vector<Need>& needs) { return graph.add(needs); }

}  // namespace

TEST_CASE("a waiter may run when all it needs have succeeded", "[unit][graph]") {
  Graph graph;
  const Source a = graph.open();
  const Source b = graph.open();
  const Waiter waiter = add(graph, {all_of({a, b})});
  CHECK_FALSE(ruling(graph));
  graph.tell(a, well_on(1));
  CHECK_FALSE(ruling(graph));
  std::size_t all = 0;
  CHECK(graph.missing(waiter, 5, all) == std::vector<Source>{b});
  CHECK(all == 1);
  graph.tell(b, well_on(2));
  const auto over = ruling(graph);
  REQUIRE(over);
  CHECK(over->waiter == waiter);
  CHECK(over->miss == Miss::none);
  CHECK_FALSE(over->placed);
  CHECK(graph.edges() == 0);
  CHECK(graph.waiters() == 0);
}

TEST_CASE("the first failure rules out who needs all", "[unit][graph]") {
  Graph graph;
  const Source a = graph.open();
  const Source b = graph.open();
  add(graph, {all_of({a, b})});
  graph.tell(b, badly_on(1));
  const auto over = ruling(graph);
  REQUIRE(over);
  CHECK(over->miss == Miss::ended_badly);
  CHECK(over->cause == b);
  CHECK(graph.edges() == 0);
}

TEST_CASE("one success is enough for who needs any, and only all failures rule it out",
          "[unit][graph]") {
  Graph graph;
  const Source a = graph.open();
  const Source b = graph.open();
  const Source c = graph.open();
  add(graph, {any_of({a, b})});
  add(graph, {any_of({a, c})});
  graph.tell(a, badly_on(1));
  CHECK_FALSE(ruling(graph));
  graph.tell(b, well_on(1));
  CHECK(ruling(graph)->miss == Miss::none);
  graph.tell(c, badly_on(1));
  const auto over = ruling(graph);
  REQUIRE(over);
  CHECK(over->miss == Miss::ended_badly);
  CHECK(over->any);
}

TEST_CASE("failures count where they are asked for", "[unit][graph]") {
  Graph graph;
  const Source a = graph.open();
  const Source b = graph.open();
  const Waiter completion = add(graph, {meeting(all_of({a, b}), true, true)});
  const Waiter failure = add(graph, {meeting(all_of({a}), false, true)});
  const Waiter never = add(graph, {meeting(all_of({b}), false, true)});
  graph.tell(a, badly_on(1));
  const auto first = ruling(graph);
  REQUIRE(first);
  CHECK(first->waiter == failure);
  CHECK(first->miss == Miss::none);
  graph.tell(b, well_on(1));
  const std::vector<Ruling> rest = graph.take_rulings();
  REQUIRE(rest.size() == 2);
  for (const Ruling& one : rest) {
    CHECK((one.waiter == completion || one.waiter == never));
    CHECK(one.miss == (one.waiter == completion ? Miss::none : Miss::ended_well));
  }
}

TEST_CASE("a source may end part by part", "[unit][graph]") {
  Graph graph;
  const Source map = graph.open();
  const Waiter any = add(graph, {any_of({map})});
  const Waiter all = add(graph, {all_of({map})});
  graph.tell(map, {true, false, false, 1});
  CHECK(ruling(graph)->waiter == any);
  graph.tell(map, {true, false, false, 1});
  CHECK_FALSE(ruling(graph));
  SECTION("well") {
    graph.tell(map, {true, false, true, 2});
    CHECK(ruling(graph)->miss == Miss::none);
  }
  SECTION("badly, which is known before it is over") {
    graph.tell(map, {false, true, false, 2});
    const auto over = ruling(graph);
    REQUIRE(over);
    CHECK(over->waiter == all);
    CHECK(over->miss == Miss::ended_badly);
  }
}

TEST_CASE("who follows runs where that ran", "[unit][graph]") {
  Graph graph;
  const Source a = graph.open();
  const Source b = graph.open();
  const Source c = graph.open();
  const Source aborted = graph.open();
  graph.tell(a, well_on(3));
  graph.tell(b, well_on(3));
  graph.tell(c, well_on(5));
  graph.tell(aborted, {false, true, true, {}});
  add(graph, {placed(all_of({a, b}))});
  CHECK(ruling(graph)->places == std::vector<EngineId>{3});
  add(graph, {placed(all_of({a, c}))});
  auto over = ruling(graph);
  CHECK(over->miss == Miss::apart);
  CHECK(over->places == std::vector<EngineId>{3, 5});
  add(graph, {placed(any_of({c, a}))});
  CHECK(ruling(graph)->places == std::vector<EngineId>{3, 5});
  add(graph, {placed(any_of({c, a})), placed(all_of({c}))});
  CHECK(ruling(graph)->places == std::vector<EngineId>{5});
  add(graph, {placed(all_of({a})), placed(all_of({c}))});
  CHECK(ruling(graph)->miss == Miss::apart);
  add(graph, {placed(meeting(all_of({aborted}), true, true))});
  CHECK(ruling(graph)->miss == Miss::nowhere);
  add(graph, {all_of({}), placed(all_of({}))});
  over = ruling(graph);
  CHECK(over->miss == Miss::none);
  CHECK_FALSE(over->placed);
}

TEST_CASE("who is forgotten is not ruled on", "[unit][graph]") {
  Graph graph;
  const Source a = graph.open();
  const Waiter gone = add(graph, {all_of({a, a})});
  const Waiter stays = add(graph, {all_of({a, a})});
  graph.forget(gone);
  CHECK(graph.edges() == 2);
  graph.tell(a, well_on(1));
  CHECK(ruling(graph)->waiter == stays);
  graph.close(a);
  CHECK(graph.sources() == 0);
}

namespace {

// The same said in another way: who looks at everything after every event.
struct Model {
  struct State {
    bool success = false, failure = false, over = false;
    std::vector<int> well, badly;
  };
  std::vector<State> sources;

  enum class Answer { waits, runs, never };
  Answer answer(const Need& need) const {
    std::size_t met = 0;
    std::size_t missed = 0;
    for (const Source source : need.sources) {
      const State& state = sources[source];
      const bool counts = (state.success && need.success) || (state.failure && need.failure);
      const bool spoils = (state.success && !need.success) || (state.failure && !need.failure);
      if (need.any) {
        if (counts) {
          ++met;
        } else if (state.over) {
          ++missed;
        }
      } else if (spoils) {
        ++missed;
      } else if (state.over) {
        ++met;
      }
    }
    if (need.sources.empty()) return Answer::runs;
    if (need.any) {
      if (met > 0) return Answer::runs;
      return missed == need.sources.size() ? Answer::never : Answer::waits;
    }
    if (missed > 0) return Answer::never;
    return met == need.sources.size() ? Answer::runs : Answer::waits;
  }
  Answer answer(const std::vector<Need>& needs) const {
    bool waits = false;
    for (const Need& need : needs) {
      const Answer one = answer(need);
      if (one == Answer::never) return one;
      waits = waits || one == Answer::waits;
    }
    return waits ? Answer::waits : Answer::runs;
  }
};

}  // namespace

TEST_CASE("random graphs agree with a model that looks at everything", "[unit][graph]") {
  const unsigned seed = GENERATE(range(0U, 60U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t n) { return random() % n; };
  Graph graph;
  Model model;
  struct Expected {
    Waiter waiter;
    std::vector<Need> needs;
  };
  std::vector<Expected> waiting;
  for (int step = 0; step < 400; ++step) {
    const auto what = pick(10);
    // A need met before another one is missed is not remembered by the model: rulings are compared
    // after each event.
    if (what < 3 || model.sources.size() < 3) {
      REQUIRE(graph.open() == model.sources.size());
      model.sources.emplace_back();
    } else if (what < 6) {
      std::vector<Need> needs(pick(3));
      for (Need& need : needs) {
        for (auto left = pick(5); left > 0; --left) {
          need.sources.push_back(static_cast<Source>(pick(model.sources.size())));
        }
        need.any = pick(2) == 0;
        need.success = pick(3) != 0;
        need.failure = !need.success || pick(3) == 0;
      }
      waiting.push_back({graph.add(needs), needs});
    } else if (what == 6 && !waiting.empty()) {
      const auto at = pick(waiting.size());
      graph.forget(waiting[at].waiter);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      const auto source = static_cast<Source>(pick(model.sources.size()));
      Model::State& state = model.sources[source];
      if (state.over) continue;
      const News news{pick(2) == 0, pick(4) == 0, pick(2) == 0, static_cast<int>(pick(4))};
      state.success = state.success || news.success;
      state.failure = state.failure || news.failure;
      state.over = news.over;
      graph.tell(source, news);
    }
    REQUIRE(graph.validate().empty());
    for (const Ruling& ruling : graph.take_rulings()) {
      const auto found = std::ranges::find(waiting, ruling.waiter, &Expected::waiter);
      REQUIRE(found != waiting.end());
      const bool never = model.answer(found->needs) == Model::Answer::never;
      REQUIRE(model.answer(found->needs) != Model::Answer::waits);
      REQUIRE((ruling.miss != Miss::none) == never);
      waiting.erase(found);
    }
    for (const Expected& one : waiting) {
      REQUIRE(model.answer(one.needs) == Model::Answer::waits);
    }
    REQUIRE(graph.waiters() == waiting.size());
  }
}

TEST_CASE("a graph of 1e5 tasks and 1e6 edges is no effort", "[unit][graph]") {
  constexpr std::size_t tasks = 100'000;
  constexpr std::size_t edges_each = 10;
  std::mt19937 random(7);
  Graph graph;
  std::vector<Source> sources;
  std::vector<std::size_t> task_of;
  std::vector<std::size_t> ready;
  for (std::size_t task = 0; task < tasks; ++task) {
    Need need;
    for (std::size_t i = 0; i < std::min(edges_each, task); ++i) {
      need.sources.push_back(sources[random() % task]);
    }
    sources.push_back(graph.open());
    const Waiter waiter = graph.add(std::vector<Need>{need});
    task_of.resize(std::max<std::size_t>(task_of.size(), waiter + 1));
    task_of[waiter] = task;
    for (const Ruling& ruling : graph.take_rulings()) ready.push_back(task_of[ruling.waiter]);
  }
  CHECK(graph.edges() > 900'000);
  std::size_t ran = 0;
  while (!ready.empty()) {
    const std::size_t task = ready.back();
    ready.pop_back();
    ++ran;
    graph.tell(sources[task], well_on(1));
    graph.close(sources[task]);
    for (const Ruling& ruling : graph.take_rulings()) {
      CHECK(ruling.miss == Miss::none);
      ready.push_back(task_of[ruling.waiter]);
    }
  }
  CHECK(ran == tasks);
  CHECK(graph.edges() == 0);
  CHECK(graph.sources() == 0);
  CHECK(graph.validate().empty());
}
