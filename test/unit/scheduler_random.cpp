#include <catch2/catch.hpp>
#include <random>

#include "scheduler_bed.hpp"

using farm::TaskOptions;
using unit::Besides;
using unit::SchedulerBed;

namespace {

using Random = std::mt19937_64;

int below(Random& random, int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
bool one_in(Random& random, int n) { return below(random, n) == 0; }

std::vector<farm::EngineId> some(Random& random, int engines, int in) {
  std::vector<farm::EngineId> chosen;
  for (const farm::EngineId id : SchedulerBed::ids(engines)) {
    if (one_in(random, in)) chosen.push_back(id);
  }
  std::shuffle(chosen.begin(), chosen.end(), random);
  return chosen;
}

/// What the events may be.
struct Kinds {
  bool plain = true;    ///< as far as farms go that have no gangs, costs, retries ...
  bool deaths = false;  ///< engines die, all of them where the events go on for long enough
  bool births = false;  ///< and others come in their place
  bool ends = false;    ///< there are deadlines, and times when nothing is handed out
};

// A view: its options and what else is the same for all it submits.
struct View {
  TaskOptions options;
  std::uint32_t share = 0;
  bool conditional = false;
  bool costed = false;
  std::uint32_t depth = 0;
};

View any_view(Random& random, int engines, const Kinds& kinds) {
  View view;
  TaskOptions& options = view.options;
  const int chunk = below(random, 5);
  if (chunk > 0) options.chunk = chunk * chunk;
  const int hwm = below(random, 6);
  if (hwm < 5) options.hwm = hwm;
  if (one_in(random, 2)) options.targets = some(random, engines, 3);
  if (kinds.plain) return view;
  options.scheme = static_cast<farm::Scheme>(below(random, 5));
  if (one_in(random, 3)) options.affinity = some(random, engines, 4);
  if (one_in(random, 3)) options.order = farm::Order::longest_first;
  options.priority = below(random, 3) - 1;
  options.weight = 1 << below(random, 3);
  view.share = static_cast<std::uint32_t>(below(random, 4));
  view.conditional = one_in(random, 4);
  view.costed = one_in(random, 3);
  if (one_in(random, 4)) {
    options.ranks = 2 + below(random, std::max(engines / 2, 1));
    options.one_host = one_in(random, 3);
  } else {
    view.depth = static_cast<std::uint32_t>(below(random, 4));
  }
  return view;
}

class Hammer {
 public:
  Hammer(SchedulerBed& bed, Random& random, int engines, const Kinds& kinds)
      : bed_(bed), random_(random), engines_(engines), kinds_(kinds), views_(1 + random() % 20) {
    for (View& view : views_) view = any_view(random, engines, kinds);
  }

  // Events in any order; how likely each is changes on the way, so that queues fill and run dry.
  void hit(int events) {
    for (int event = 0; event < events; ++event) {
      const int submits = event / 100 % 2 == 0 ? 60 : 15;
      const int dice = below(random_, 100);
      if (!kinds_.plain) bed_.advance(std::int64_t{1} << below(random_, 24));
      if (kinds_.ends && one_in(random_, 30)) end();
      if (kinds_.deaths && one_in(random_, 400 / engines_ + 1)) {
        if (kinds_.births && one_in(random_, 2)) engines_ = bed_.gain();
        bed_.lose(1 + below(random_, engines_));
      } else if (dice < submits) {
        submit();
      } else if (!kinds_.plain && dice < submits + 15) {
        something_else();
      } else if (dice < 95) {
        if (!bed_.flying().empty()) finish(random_() % bed_.flying().size());
      } else if (bed_.live() > 0) {
        bed_.cancel(any_live());
      }
    }
  }

 private:
  void end() {
    switch (below(random_, 4)) {
      case 0:
        return bed_.close();
      case 1:
        return bed_.finish_by(std::nullopt);
      case 2:
        return bed_.finish_by(bed_.now() + (std::int64_t{1} << below(random_, 28)));
      default:
        return bed_.reopen();
    }
  }
  void submit() {
    const std::size_t route = random_() % views_.size();
    const View& view = views_[route];
    const int most = one_in(random_, 4) ? 300 : 3;
    auto items = static_cast<std::uint64_t>(1 + below(random_, most));
    if (view.options.ranks > 1) items = 1 + items % 4;
    Besides besides;
    besides.share = view.share;
    besides.conditional = view.conditional;
    besides.depth = view.depth;
    if (!kinds_.plain && one_in(random_, 4)) besides.pinned = some(random_, engines_, 3);
    if (!kinds_.plain && one_in(random_, 4)) besides.pinned = {1 + below(random_, engines_)};
    if (view.costed) {
      for (std::uint64_t i = 0; i < items; ++i) besides.costs.push_back(below(random_, 1000));
      std::ranges::sort(besides.costs, std::greater<>());
    }
    bed_.submit(items, route + 1, view.options, static_cast<std::uint32_t>(route % 3),
                below(random_, 2000), besides);
  }

  void finish(std::size_t n) {
    const std::int64_t run = std::int64_t{1} << below(random_, 32);
    bed_.finish(n, run, static_cast<std::size_t>(below(random_, 10'000)));
  }

  void something_else() {
    const int rank = 1 + below(random_, engines_);
    if (bed_.lost(rank)) return;
    switch (below(random_, 8)) {
      case 0:
        return bed_.occupied(rank) ? bed_.vacate(rank) : bed_.occupy(rank);
      case 1:
        bed_.go_to(bed_.now() + (std::int64_t{1} << below(random_, 30)));
        return;
      case 2:
      case 3:
        if (!bed_.asked_back().empty()) {
          bed_.returned(bed_.asked_back()[random_() % bed_.asked_back().size()]);
        }
        return;
      default:
        break;
    }
    if (bed_.flying().empty()) return;
    const std::size_t n = random_() % bed_.flying().size();
    const farm::policy::Dispatch chunk = bed_.flying()[n];
    const farm::policy::Flight& flight = chunk.flight;
    switch (below(random_, 4)) {
      case 0:
        return bed_.wait(flight.engine.rank(), static_cast<std::uint32_t>(below(random_, 4)));
      case 1:
        if (bed_.conditional(flight.batch) && !bed_.requeued(chunk.ticket)) bed_.refuse(n);
        return;
      default:
        break;
    }
    if (bed_.requeued(chunk.ticket)) return;
    const std::uint64_t skip = random_() % flight.count;
    const std::uint64_t count = 1 + random_() % (flight.count - skip);
    const std::int64_t later = one_in(random_, 2) ? 0 : 1 + below(random_, 1'000'000'000);
    bed_.requeue(n, flight.first + skip, count, later == 0 ? 0 : bed_.now() + later);
    for (std::size_t i = 0; i < bed_.flying().size(); ++i) {
      if (bed_.flying()[i].ticket == chunk.ticket) return finish(i);
    }
  }

  std::uint32_t any_live() {
    auto number = static_cast<std::uint32_t>(random_() % bed_.numbers());
    while (!bed_.is_live(number)) {
      number = (number + 1) % static_cast<std::uint32_t>(bed_.numbers());
    }
    return number;
  }

  SchedulerBed& bed_;
  Random& random_;
  int engines_;
  Kinds kinds_;
  std::vector<View> views_;
};

SchedulerBed::Setup on_hosts(int engines, int each) {
  SchedulerBed::Setup setup;
  for (int i = 0; i < engines; ++i) setup.hosts.push_back(i / each);
  return setup;
}

}  // namespace

TEST_CASE("no order of events breaks the scheduler", "[unit][policy]") {
  const auto seed = GENERATE(range(1U, 41U));
  Random random(seed);
  const int engines = 1 + below(random, seed % 4 == 0 ? 64 : 6);
  CAPTURE(seed, engines);
  SchedulerBed bed(engines);
  Hammer(bed, random, engines, {}).hit(400);
  while (!bed.flying().empty()) bed.finish(random() % bed.flying().size());
  bed.check_empty();
}

TEST_CASE("no order of all kinds of events breaks the scheduler", "[unit][policy]") {
  const auto seed = GENERATE(range(1U, 201U));
  Random random(seed);
  const int engines = 1 + below(random, seed % 4 == 0 ? 64 : 6);
  CAPTURE(seed, engines);
  SchedulerBed bed(engines, on_hosts(engines, 1 + below(random, 8)));
  Hammer(bed, random, engines, {false, false}).hit(400);
  bed.drain();
}

TEST_CASE("no order of events and deaths of engines breaks the scheduler", "[unit][policy]") {
  const auto seed = GENERATE(range(1U, 201U));
  Random random(seed);
  const int engines = 1 + below(random, seed % 4 == 0 ? 64 : 6);
  CAPTURE(seed, engines);
  SchedulerBed bed(engines, on_hosts(engines, 1 + below(random, 8)));
  Hammer(bed, random, engines, {seed % 5 == 0, true}).hit(400);
  bed.drain();
}

TEST_CASE("no order of events, deaths and new engines breaks the scheduler", "[unit][policy]") {
  const auto seed = GENERATE(range(1U, 201U));
  Random random(seed);
  const int engines = 1 + below(random, seed % 4 == 0 ? 64 : 6);
  CAPTURE(seed, engines);
  SchedulerBed::Setup setup = on_hosts(engines, 1 + below(random, 8));
  setup.grows = true;
  SchedulerBed bed(engines, setup);
  Hammer(bed, random, engines, {seed % 5 == 0, true, true}).hit(400);
  bed.drain();
}

TEST_CASE("no order of events and ends breaks the scheduler", "[unit][policy]") {
  const auto seed = GENERATE(range(1U, 201U));
  Random random(seed);
  const int engines = 1 + below(random, seed % 4 == 0 ? 64 : 6);
  CAPTURE(seed, engines);
  SchedulerBed bed(engines, on_hosts(engines, 1 + below(random, 8)));
  Hammer(bed, random, engines, {seed % 5 == 0, seed % 3 == 0, false, true}).hit(400);
  bed.close();
  while (!bed.flying().empty()) {
    bed.finish(random() % bed.flying().size());
    bed.advance(1000);
  }
  bed.reopen();
  bed.drain();
}

TEST_CASE("cancelling everything leaves only what is under way", "[unit][policy]") {
  const auto seed = GENERATE(range(100U, 110U));
  Random random(seed);
  CAPTURE(seed);
  SchedulerBed bed(5);
  Hammer(bed, random, 5, {seed % 2 == 0, false}).hit(200);
  for (std::uint32_t number = 0; number < bed.numbers(); ++number) {
    if (bed.is_live(number)) bed.cancel(number);
  }
  const std::size_t flying = bed.flying().size();
  for (std::size_t i = 0; i < flying; ++i) {
    bed.finish(random() % bed.flying().size());
    CHECK(bed.sent().empty());
  }
  for (int rank = 1; rank <= 5; ++rank) {
    if (bed.occupied(rank)) bed.vacate(rank);
  }
  bed.check_empty();
}
