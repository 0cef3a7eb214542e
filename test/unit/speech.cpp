#include <catch2/catch.hpp>
#include <numeric>

#include "threaded_farm.hpp"

using namespace std::chrono_literals;
using unit::counted;
using unit::ThreadedFarm;

namespace unit::speaking {

constexpr farm::Name<std::string> mood{"mood"};

// Where kernels of this file print, in place of stdout.
class Tap final : public farm::engine::OutputTap {
 public:
  void print(std::uint32_t stream, std::string_view text) {
    const farm::wire::OutputPart part{task_, static_cast<std::uint32_t>(text.size()), stream};
    parts_.append(&part, sizeof part);
    parts_.append(text.data(), text.size());
  }

  void open() override { ++opened; }
  void shut() override { --opened; }
  void begin(std::uint64_t task) override { task_ = task; }
  std::uint64_t waiting() const override { return parts_.size(); }
  void take(farm::Buffer& into, std::size_t) override {
    into.append(parts_.data(), parts_.size());
    parts_.clear();
  }
  std::uint64_t take_dropped() override { return 0; }

  int opened = 0;

  static inline std::map<int, Tap*> of_engine;

 private:
  std::uint64_t task_ = farm::wire::no_task;
  farm::Buffer parts_;
};

void print(farm::Engine& here, const std::string& text, std::uint32_t stream = 1) {
  Tap::of_engine.at(here.id().rank())->print(stream, text);
}

int print_number(farm::Engine& here, int x) {
  if (x % 3 == 0) return x;
  print(here, "number " + std::to_string(x));
  if (x % 2 == 0) print(here, "even", 2);
  here.publish(x);
  here.publish(x + 1);
  here.publish(mood, "at " + std::to_string(x));
  return x;
}

int print_again(farm::Engine& here, int x) {
  print(here, "attempt " + std::to_string(here.attempt()));
  if (here.attempt() < 3) throw std::runtime_error("not yet");
  return x;
}

int publish_and_wait(farm::Engine& here, int n) {
  for (int i = 1; i <= n; ++i) {
    here.publish(i);
    here.progress(static_cast<double>(i) / n, "step " + std::to_string(i));
    std::this_thread::sleep_for(1ms);
  }
  return Gate::pass(n);
}
int publish_then_fail(farm::Engine& here, int x) {
  here.publish(std::vector{x, here.attempt()});
  if (here.attempt() == 1) throw std::runtime_error("once");
  here.publish(std::vector{x, here.attempt()});
  return x;
}
void publish_too_much(farm::Engine& here, int) { here.publish(std::string(17 << 20, 'x')); }
void publish_literal(farm::Engine& here, int) { here.publish("literal"); }

/// A LoopbackFarm whose engines have taps.
class Bed {
 public:
  Bed(int engines, unsigned seed, bool at_once) : farm_(engines, seed) {
    for (int rank = 1; rank <= engines; ++rank) {
      Tap::of_engine[rank] = &taps_.emplace_back();
      selves_.push_back(std::make_unique<farm::Engine>(rank, "host", engines, 0));
      farm_.servers[static_cast<std::size_t>(rank - 1)] = std::make_unique<farm::engine::Server>(
          registry(), *selves_.back(), farm_.network.at(rank), 0, farm::time::Silence::yield,
          farm::engine::Hearing{.listener = false, .capture = {&taps_.back(), at_once}});
    }
  }
  ~Bed() {
    farm_.servers.clear();
    Tap::of_engine.clear();
  }
  Bed(const Bed&) = delete;
  Bed& operator=(const Bed&) = delete;

  LoopbackFarm& operator*() { return farm_; }
  LoopbackFarm* operator->() { return &farm_; }
  bool all_shut() const {
    return std::ranges::all_of(taps_, [](const Tap& tap) { return tap.opened == 0; });
  }

 private:
  std::deque<Tap> taps_;
  std::deque<std::unique_ptr<farm::Engine>> selves_;
  LoopbackFarm farm_;
};

farm::TaskOutput output(Bed& bed, const farm::hub::Batch& batch, std::uint64_t i) {
  const auto* found = bed->hub->outputs().find(farm::TaskId{number(batch.first) + i});
  return found == nullptr ? farm::TaskOutput() : *found;
}

}  // namespace unit::speaking

using unit::speaking::Bed;
using unit::speaking::output;

TEST_CASE("what a task has said is there before its result, in whatever order frames arrive",
          "[unit][engine][hub][b140][b143]") {
  const unsigned seed = GENERATE(range(0U, 30U));
  Bed bed(3, seed, seed % 2 == 0);
  farm::TaskOptions options;
  options.chunk = 1 + static_cast<int>(seed % 4);
  auto& batch = bed->map(farm::kernel<&unit::speaking::print_number>, counted(40), options);
  bed->run();
  REQUIRE(unit::LoopbackFarm::values<int>(batch) == counted(40));
  for (std::uint64_t i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    const bool speaks = i % 3 != 0;
    const farm::TaskOutput said = output(bed, batch, i);
    CHECK(said.out == (speaks ? "number " + n : ""));
    CHECK(said.err == (speaks && i % 2 == 0 ? "even" : ""));
    const farm::TaskId task{number(batch.first) + i};
    CHECK(bed->hub->published().version(task) == (speaks ? 3 : 0));
    const auto value = bed->hub->published().value(task, "");
    REQUIRE(value.there == speaks);
    if (!speaks) continue;
    farm::Reader reader(value.value.span());
    CHECK(farm::unpack<int>(reader) == static_cast<int>(i) + 1);
    CHECK(bed->hub->published().value(task, "mood").there);
  }
  CHECK(bed.all_shut());
  bed->hub->drop(batch);
  CHECK_FALSE(bed->hub->outputs().any());
  CHECK_FALSE(bed->hub->published().any());
}

TEST_CASE("the output of a task that is tried again on an engine is its last attempt's",
          "[unit][engine]") {
  Bed bed(2, GENERATE(1U, 2U, 3U), false);
  farm::TaskOptions options;
  options.retries = 2;
  auto& batch = bed->map(farm::kernel<&unit::speaking::print_again>, counted(5), options);
  bed->run();
  REQUIRE(batch.settled());
  for (std::uint64_t i = 0; i < 5; ++i) CHECK(output(bed, batch, i).out == "attempt 3");
}

TEST_CASE("a value that is published is seen before the task ends, several times, and stays",
          "[unit][client][b143]") {
  const bool progress_thread = GENERATE(true, false);
  ThreadedFarm farm(2, progress_thread);
  std::optional<unit::Gate> gate;
  gate.emplace();
  const auto handle =
      farm.client.load_balanced().apply(farm::kernel<&unit::speaking::publish_and_wait>, 50);
  CHECK_FALSE(handle.published<std::string>(unit::speaking::mood));
  std::uint64_t seen = 0;
  int times = 0;
  int last = 0;
  while (last < 50) {
    seen = handle.wait_published(seen, 0, 10s);
    const std::optional<int> value = handle.published<int>();
    if (!value) continue;
    REQUIRE(*value >= last);
    if (*value > last) ++times;
    last = *value;
  }
  CHECK(times >= 3);
  CHECK_FALSE(handle.ready());
  while (handle.task_progress().text != "step 50") std::this_thread::sleep_for(1ms);
  CHECK(handle.fraction() == 1.0);
  CHECK_THROWS_AS(handle.published<double>(), farm::Error);
  CHECK_THROWS_AS(handle.published<int>(1), std::out_of_range);
  gate.reset();
  CHECK(handle.get() == 50);
  CHECK(handle.published<int>() == 50);
  CHECK(handle.published_count() == 100);
  CHECK(handle.wait_published(100) == 100);
}

TEST_CASE("how much of a map is done counts what running tasks say", "[unit][client]") {
  ThreadedFarm farm(2, true, unit::one_by_one());
  std::optional<unit::Gate> gate;
  gate.emplace();
  const auto handle = farm.client.load_balanced().map(
      farm::kernel<&unit::speaking::publish_and_wait>, std::vector{4, 4, 4});
  CHECK(unit::eventually([&] { return handle.fraction() == Approx(2.0 / 3); }));
  CHECK(handle.progress() == 0);
  gate.reset();
  handle.wait();
  CHECK(handle.fraction() == 1.0);
  CHECK(handle.task_progress(2).fraction == 1.0);
}

TEST_CASE("values of a task that is tried again are replaced", "[unit][client][b143]") {
  ThreadedFarm farm;
  const auto view = farm.client.load_balanced().with({.retries = 1});
  const auto handle = view.map(farm::kernel<&unit::speaking::publish_then_fail>, counted(10));
  handle.wait();
  for (int i = 0; i < 10; ++i) {
    const auto at = static_cast<std::size_t>(i);
    CHECK(handle.published<std::vector<int>>(at) == std::vector{i, 2});
    CHECK(handle.published_count(at) == 3);
  }
}

TEST_CASE("a literal is published as a string, and too much is refused", "[unit][client]") {
  ThreadedFarm farm;
  const auto view = farm.client.load_balanced();
  const auto literal = view.apply(farm::kernel<&unit::speaking::publish_literal>, 1);
  literal.get();
  CHECK(literal.published<std::string>() == "literal");
  const auto too_much = view.apply(farm::kernel<&unit::speaking::publish_too_much>, 1);
  CHECK_THROWS_WITH(too_much.get(), Catch::Contains("16 MiB"));
}
