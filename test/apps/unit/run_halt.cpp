#include <catch2/catch.hpp>
#include <string>

#include "farm_app/command_line.hpp"
#include "farm_app/run/halt.hpp"

using app::Cause;
using app::Ending;
using app::Halt;
using app::HaltDecision;
using app::HaltRule;
using app::RunTotals;
using Catch::Matchers::Contains;

namespace {

Ending with_status(int status, int signal = 0) {
  Ending ending;
  ending.status = status;
  ending.signal = signal;
  return ending;
}

/// A run of commands one after the other.
struct Run {
  Halt halt;
  RunTotals totals;

  explicit Run(const std::string& rule) : halt(app::parse_halt(rule)) {}

  HaltDecision end(const Ending& ending) {
    totals.add(ending);
    return halt.after(ending, totals);
  }
  HaltDecision end(int status) { return end(with_status(status)); }
  int status() const { return app::exit_status(totals, halt); }
};

}  // namespace

TEST_CASE("the option --halt is read as GNU parallel reads it") {
  const HaltRule rule = app::parse_halt("soon,fail=30%");
  CHECK(rule.when == HaltRule::When::soon);
  CHECK(rule.why == HaltRule::Why::fail);
  CHECK(rule.percent == 30);
  CHECK(app::parse_halt("now,success=12").count == 12);
  CHECK(app::parse_halt("now,done=1").why == HaltRule::Why::done);
  CHECK(app::parse_halt("never").when == HaltRule::When::never);
  CHECK(app::parse_halt("0").when == HaltRule::When::never);
  CHECK(app::parse_halt("1").when == HaltRule::When::soon);
  CHECK(app::parse_halt("2").when == HaltRule::When::now);
  CHECK(app::parse_halt("-1").why == HaltRule::Why::success);
  CHECK(app::parse_halt("-2").when == HaltRule::When::now);
  CHECK(app::parse_halt("10%").percent == 10);
  for (const char* const wrong :
       {"", "now", "foo", "now,fail", "now,fail=", "now,fail=0", "now,fail=1.5", "soon,fail=0%",
        "now,fail=0.5%", "later,fail=1", "now,lost=1", "-10%", "now=1,fail", "now,fail=-1",
        "now,done=101%", "now,fail=1 ", "now,fail=99999999999999999999"}) {
    INFO(wrong);
    CHECK_THROWS_AS(app::parse_halt(wrong), app::UsageError);
  }
  CHECK_THROWS_WITH(app::parse_halt("now"), Contains("--halt") && Contains("soon,fail=10%"));
}

TEST_CASE("a run without --halt exits with the number that failed") {
  Run run("never");
  CHECK(run.status() == 0);
  for (int i = 0; i < 100; ++i) CHECK(run.end(7) == HaltDecision::go_on);
  CHECK(run.status() == 100);
  run.end(0);
  CHECK(run.status() == 100);
  for (int i = 0; i < 200; ++i) run.end(7);
  CHECK(run.status() == 101);
}

TEST_CASE("a run that one failure ends exits with the status of that command") {
  Run now("now,fail=1");
  CHECK(now.end(0) == HaltDecision::go_on);
  CHECK(now.end(5) == HaltDecision::now);
  CHECK(now.status() == 5);

  Run soon("soon,fail=1");
  CHECK(soon.end(5) == HaltDecision::soon);
  CHECK(soon.end(6) == HaltDecision::soon);  // was running still
  CHECK(soon.status() == 5);

  Run killed("now,fail=1");
  killed.end(with_status(0, 9));
  CHECK(killed.status() == 137);

  Run late("now,fail=1");
  Ending timed_out = with_status(0, 15);
  timed_out.cause = Cause::timed_out;
  late.end(timed_out);
  CHECK(late.status() == 255);
}

TEST_CASE("a run that some failures end exits with their number at that moment") {
  Run run("soon,fail=2");
  for (int i = 0; i < 4; ++i) run.end(9);
  CHECK(run.status() == 2);
  Run done("now,done=3");
  done.end(0);
  done.end(3);
  CHECK(done.end(0) == HaltDecision::now);
  CHECK(done.status() == 1);
}

TEST_CASE("a run that successes end exits with 0") {
  Run run("soon,success=2");
  run.end(1);
  run.end(0);
  run.end(1);
  CHECK(run.status() == 2);
  CHECK(run.end(0) == HaltDecision::soon);
  CHECK(run.end(1) == HaltDecision::soon);
  CHECK(run.status() == 0);
}

TEST_CASE("a share of all is judged when their number is known") {
  Run run("soon,fail=30%");
  for (int i = 0; i < 5; ++i) CHECK(run.end(1) == HaltDecision::go_on);
  run.totals.all = 10;
  CHECK(run.halt.look(run.totals) == HaltDecision::soon);
  CHECK(run.status() == 50);
}

TEST_CASE("what is skipped belongs to all of which a share is taken") {
  Run run("now,fail=40%");
  run.totals.all = 6;
  run.totals.skipped = 4;
  for (int i = 0; i < 3; ++i) CHECK(run.end(1) == HaltDecision::go_on);
  CHECK(run.end(1) == HaltDecision::now);
  CHECK(run.status() == 40);
}

TEST_CASE("a command that was lost counts as failed") {
  Run run("now,fail=1");
  run.totals.add_lost();
  CHECK(run.halt.look(run.totals) == HaltDecision::now);
  CHECK(run.status() == 1);
}

TEST_CASE("the status of a command that failed is never 0") {
  Ending ending;
  CHECK(app::shell_status(ending) == 0);
  ending.cause = Cause::not_started;
  CHECK(app::shell_status(ending) == 255);
  ending.status = 127;
  CHECK(app::shell_status(ending) == 127);
  CHECK(app::shell_status(with_status(3)) == 3);
  CHECK(app::shell_status(with_status(0, 15)) == 143);
}
