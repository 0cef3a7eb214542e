#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <sstream>

#include "farm_app/command_line.hpp"
#include "farm_app/tenacity/doom.hpp"
#include "farm_app/tenacity/draws.hpp"
#include "farm_app/tenacity/fate.hpp"
#include "farm_app/tenacity/report.hpp"
#include "farm_app/tenacity/settings.hpp"
#include "farm_app/tenacity/trial.hpp"

using app::Fate;
using app::UsageError;
using Catch::Matchers::Contains;

TEST_CASE("draws are the published numbers of SplitMix64") {
  CHECK(app::draw(1234567, 0) == 6457827717110365317U);
  CHECK(app::draw(1234567, 1) == 3203168211198807973U);
  CHECK(app::draw(1234567, 3) == 4593380528125082431U);
}

TEST_CASE("fates come in the shares that were asked for and depend on the seed alone") {
  const app::Odds odds{0.3, 0.02, 0.01};
  std::map<Fate, int> seen;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const app::Destiny destiny = app::destiny_of(7, i, odds);
    ++seen[destiny.fate];
    CHECK(destiny.attempts >= (destiny.fate == Fate::well ? 0 : 1));
    CHECK(destiny.attempts <= (destiny.fate == Fate::throws ? 2 : 1));
  }
  CHECK(seen[Fate::throws] == Approx(6000).margin(300));
  CHECK(seen[Fate::crashes] == Approx(400).margin(80));
  CHECK(seen[Fate::hangs] == Approx(200).margin(60));
  CHECK(app::destiny_of(7, 11, odds).fate == app::destiny_of(7, 11, odds).fate);
}

TEST_CASE("a result that is not the one of its task is found out") {
  const app::Trial trial = app::make_trial(3, 5, {}, 64);
  CHECK(trial.input.size() == 8);
  const app::TrialTerms terms{3, 0, 24, ""};
  farm::Engine engine(1, "here", 1, 0);
  engine.begin_chunk(1, 0, nullptr);
  app::Finding finding = app::tenacity_kernels::attempt(engine, terms, trial);
  CHECK(finding.output.size() == 3);
  CHECK(app::is_right(terms, trial, finding));
  CHECK_FALSE(app::is_right(terms, app::make_trial(3, 6, {}, 64), finding));
  ++finding.output[1];
  CHECK_FALSE(app::is_right(terms, trial, finding));
}

TEST_CASE("as many engines are doomed as asked for, each once and within the work") {
  const std::vector<farm::EngineId> engines{1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto dooms = app::draw_dooms(11, engines, 5, 2, 10.0);
  REQUIRE(dooms.size() == 7);
  std::set<int> ids;
  for (const app::Doom& doom : dooms) {
    ids.insert(doom.engine.rank());
    CHECK(doom.seconds > 0);
    CHECK(doom.seconds < 8);
  }
  CHECK(ids.size() == 7);
  CHECK(std::count_if(dooms.begin(), dooms.end(), [](const auto& doom) { return doom.freeze; }) ==
        2);
  CHECK(std::is_sorted(dooms.begin(), dooms.end(),
                       [](const auto& a, const auto& b) { return a.seconds < b.seconds; }));
  const auto others = app::draw_dooms(12, engines, 5, 2, 10.0);
  CHECK(others.front().seconds != dooms.front().seconds);
}

TEST_CASE("tasks that end their process need a sandbox or somebody who insists") {
  CHECK_THROWS_WITH(app::read_tenacity_settings({"--crash", "0.1", "--isolate", "none"}),
                    Contains("costs an engine"));
  CHECK_THROWS_WITH(app::read_tenacity_settings({"--hang", "0.1", "--isolate", "none"}),
                    Contains("--insist"));
  CHECK(app::read_tenacity_settings({"--crash", "0.1", "--isolate", "none", "--insist"}));
  CHECK(app::read_tenacity_settings({"--throw", "0.1", "--isolate", "none"}));
  CHECK_THROWS_WITH(app::read_tenacity_settings({"--isolate", "jail"}), Contains("known are"));
  CHECK_THROWS_WITH(app::read_tenacity_settings({"--throw", "1.5"}), Contains("0 to 1"));
  CHECK_THROWS_WITH(app::read_tenacity_settings({"--throw", "0.6", "--hang", "0.6"}),
                    Contains("more than 1"));
  CHECK_THROWS_WITH(app::read_tenacity_settings({"--seconds", "1", "--limit", "2"}),
                    Contains("--limit"));
  CHECK(app::read_tenacity_settings({"--input", "60K"})->input_bytes == 61440);
}

TEST_CASE("somebody must be left to do the work") {
  app::TenacitySettings settings;
  CHECK_NOTHROW(app::check_engines(settings, 1));
  settings.kills = 2;
  settings.freezes = 1;
  CHECK_NOTHROW(app::check_engines(settings, 4));
  CHECK_THROWS_WITH(app::check_engines(settings, 3), Contains("at most 2"));
}

TEST_CASE("the report of tenacity tells what was not right") {
  app::TenacityReport report;
  report.of(Fate::well) = {10, 10, 11};
  report.of(Fate::throws) = {5, 5, 9};
  report.engines = 4;
  report.engines_left = 3;
  report.doomed = 2;
  std::ostringstream good;
  app::print_report(good, report);
  CHECK_THAT(good.str(), Contains("all               15        15        20"));
  CHECK_THAT(good.str(),
             Contains("1 of 4 engines lost (the work was done before the moment of 1)"));
  CHECK_THAT(good.str(), Contains("every result is right"));
  --report.of(Fate::throws).right;
  report.failures = {"task 3: it was lost"};
  std::ostringstream bad;
  app::print_report(bad, report);
  CHECK_THAT(bad.str(), Contains("NOT every result") && Contains("task 3: it was lost"));
  CHECK_FALSE(report.all_right());
}
