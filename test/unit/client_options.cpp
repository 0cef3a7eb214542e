// Options of load-balanced views as users write them.

#include <catch2/catch.hpp>
#include <iterator>
#include <limits>
#include <sstream>

#include "threaded_farm.hpp"

using farm::Seconds;
using unit::counted;
using unit::ThreadedFarm;

namespace {

// A session that keeps what views submit, for what travels and is not seen in results.
struct Recorded {
  std::vector<double> costs;
  farm::TaskOptions options;
  std::shared_ptr<const farm::detail::Requirement> requirement;
};

class Recorder : public farm::hub::Monitor {
 public:
  using Monitor::Monitor;
  farm::detail::BatchHeader* submit(farm::detail::Submission&& submission) override {
    last = {submission.costs, submission.route->options, submission.route->requirement};
    return Monitor::submit(std::move(submission));
  }
  Recorded last;
};

// Can be read once, from its beginning to its end.
struct OnePass {
  std::istream* in;
  auto begin() const { return std::istream_iterator<int>(*in); }
  auto end() const { return std::istream_iterator<int>(); }
};

struct RecordingFarm {
  farm::transport::Loopback network{2};
  farm::hub::Hub hub{network.at(0), {{{1, "host1", 1, 1001}, 1, true}}};
  Recorder monitor{hub, {false, farm::time::Silence::yield, {}}};
  farm::Client client{monitor, {0, "hub", 1, 1}, {"program"}, std::nullopt};

  RecordingFarm() { unit::registry(); }
};

}  // namespace

namespace unit {

inline bool fits(farm::Engine& here) { return here.id().rank() > 1; }

}  // namespace unit

TEST_CASE("each option of a view can be set by name", "[unit][client][options]") {
  ThreadedFarm farm(3);
  const auto view = farm.client.load_balanced().with({.affinity = {{1, -1}},
                                                      .scheme = farm::Scheme::twobin,
                                                      .order = farm::Order::longest_first,
                                                      .priority = -3,
                                                      .weight = 2.5,
                                                      .retries = 4,
                                                      .backoff = Seconds{0.5},
                                                      .timeout = Seconds{10},
                                                      .run_limit = Seconds{20},
                                                      .ranks = 2,
                                                      .one_host = true});
  const farm::TaskOptions& options = view.options();
  CHECK(options.affinity == std::vector<farm::EngineId>{1, 3});
  CHECK(options.scheme == farm::Scheme::twobin);
  CHECK(options.order == farm::Order::longest_first);
  CHECK(options.priority == -3);
  CHECK(options.weight == 2.5);
  CHECK(options.retries == 4);
  CHECK(options.backoff == Seconds{0.5});
  CHECK(options.timeout == Seconds{10});
  CHECK(options.run_limit == Seconds{20});
  CHECK(options.ranks == 2);
  CHECK(options.one_host);
  CHECK(view.with({.retries = 1}).options().weight == 2.5);
  const Seconds forever{std::numeric_limits<double>::infinity()};
  CHECK_FALSE(view.with({.timeout = forever}).options().timeout);
}

TEST_CASE("options that make no sense are refused in a sentence", "[unit][client][options][b100]") {
  ThreadedFarm farm(2);
  const auto view = farm.client.load_balanced();
  CHECK_THROWS_WITH(view.with({.timeout = Seconds{-1}}),
                    "the timeout of a task is 0 s or more, not -1");
  CHECK_THROWS_AS(view.with({.run_limit = Seconds{-0.5}}), std::invalid_argument);
  CHECK_THROWS_AS(view.with({.backoff = Seconds{-2}}), std::invalid_argument);
  CHECK_THROWS_WITH(view.with({.weight = 0}), "the weight of a view is above 0, not 0");
  CHECK_THROWS_AS(view.with({.weight = std::numeric_limits<double>::quiet_NaN()}),
                  std::invalid_argument);
  CHECK_THROWS_AS(view.with({.retries = -1}), std::invalid_argument);
  CHECK_THROWS_AS(view.with({.ranks = 0}), std::invalid_argument);
  CHECK_THROWS_WITH(view.with({.affinity = {{5}}}),
                    "an affinity names engine 5, which is none of the engines 1 to 2");
  CHECK_THROWS_AS(view.with({.needs = {{"gpu"}}}), farm::NoEngines);
}

TEST_CASE("a cost function is asked for each task", "[unit][client][options]") {
  ThreadedFarm farm(1);
  RecordingFarm recording;
  const auto tasks = recording.client.load_balanced();
  const auto costed = tasks.cost([](int x) { return 10 * x; });
  CHECK(costed.options().order == farm::Order::longest_first);
  CHECK(tasks.options().order == farm::Order::submission);
  costed.map(farm::kernel<&unit::square>, counted(3));
  CHECK(recording.monitor.last.costs == std::vector<double>{0, 10, 20});
  CHECK(recording.monitor.last.options.order == farm::Order::longest_first);
  costed.with({.order = farm::Order::submission}).apply(farm::kernel<&unit::square>, 7);
  CHECK(recording.monitor.last.costs == std::vector<double>{70});
  CHECK(recording.monitor.last.options.order == farm::Order::submission);
  std::istringstream words("4 5");
  costed.map(farm::kernel<&unit::square>, OnePass{&words});
  CHECK(recording.monitor.last.costs == std::vector<double>{40, 50});
  tasks.cost([](const std::vector<int>& a, int b) { return a[0] + b; })
      .map(farm::kernel<&unit::plus>, std::vector<std::vector<int>>{{1}, {2}}, counted(2));
  CHECK(recording.monitor.last.costs == std::vector<double>{1, 3});
  tasks.map(farm::kernel<&unit::square>, counted(3));
  CHECK(recording.monitor.last.costs.empty());
}

TEST_CASE("a requirement is a kernel that stays with the view", "[unit][client][options]") {
  ThreadedFarm farm(1);
  RecordingFarm recording;
  const auto tasks = recording.client.load_balanced();
  CHECK(tasks.route()->requirement == nullptr);
  const auto fits = tasks.requiring(farm::kernel<&unit::fits>);
  REQUIRE(fits.route()->requirement);
  CHECK(farm::detail::readable_name(*fits.route()->requirement->predicate) == "unit::fits");
  CHECK(fits.route()->requirement->common == nullptr);
  CHECK(fits.with({.retries = 2}).route()->requirement == fits.route()->requirement);
  CHECK(tasks.requiring([] { return true; }).route()->requirement != nullptr);
  const auto bound =
      tasks.requiring(farm::bind([](farm::Engine&, const int& least) { return least > 0; }, 3));
  CHECK(bound.route()->requirement->common != nullptr);
}
