#include <catch2/catch.hpp>
#include <string>

#include "farm_app/run/progress.hpp"
#include "farm_app/run/report_file.hpp"
#include "farm_app/run/summary.hpp"
#include "unit/run_folder.hpp"

using app::Ending;
using app::Progress;
using app::ProgressOptions;
using app::RunTotals;
using Catch::Matchers::Contains;

namespace {

RunTotals some(std::uint64_t good, std::uint64_t failed) {
  RunTotals totals;
  totals.good = good;
  totals.failed = failed;
  return totals;
}

}  // namespace

TEST_CASE("totals count what became of commands") {
  RunTotals totals;
  Ending ending;
  ending.seconds = 2;
  totals.add(ending);
  ending.attempt = 3;
  ending.status = 1;
  totals.add(ending);
  totals.add_lost();
  CHECK(totals.good == 1);
  CHECK(totals.failed == 2);
  CHECK(totals.retried == 1);
  CHECK(totals.busy == 4);
  totals.cores = 3;
  totals.add(ending);
  CHECK(totals.busy == 10);
}

TEST_CASE("the summary names what there was") {
  RunTotals totals = some(997, 3);
  totals.retried = 2;
  totals.busy = 730;
  CHECK(app::summary(totals, 64, 12.3) ==
        "1000 commands: 997 done, 3 failed, 2 retried; 12.3 s on 64 engines, efficiency 93 %\n");
  totals = some(1, 0);
  totals.busy = 1;
  CHECK(app::summary(totals, 1, 2) == "1 command: 1 done; 2.00 s on 1 engine, efficiency 50 %\n");
  totals = some(2, 1);
  totals.all = 10;
  totals.skipped = 5;
  CHECK_THAT(app::summary(totals, 2, 1),
             Contains("15 commands: 2 done, 1 failed, 5 skipped, 7 not run;"));
  CHECK(app::summary({}, 2, 0.001) == "0 commands; 1.00 ms on 2 engines\n");
}

TEST_CASE("times are read off as on a clock") {
  CHECK(app::clock_text(0) == "0 s");
  CHECK(app::clock_text(59.4) == "59 s");
  CHECK(app::clock_text(59.6) == "1:00");
  CHECK(app::clock_text(185) == "3:05");
  CHECK(app::clock_text(7385) == "2:03:05");
  CHECK(app::clock_text(4 * 86400 + 7380) == "4 d 02:03");
}

TEST_CASE("the time that is left follows from the rate so far") {
  RunTotals totals = some(20, 5);
  CHECK(app::time_left(totals, 10) < 0);
  totals.all = 100;
  CHECK(app::time_left(totals, 10) == Approx(30));
  CHECK(app::time_left(some(0, 0), 10) < 0);
}

TEST_CASE("progress on a terminal is written over itself, ten times a second at most") {
  ProgressOptions options;
  options.bar = options.terminal = true;
  options.width = 200;
  Progress progress(options);
  RunTotals totals = some(0, 0);
  totals.all = 8;
  CHECK_THAT(progress.text(totals, 2, 100),
             Contains("\r\x1b[K[........................................]   0 % 0 of 8 commands"));
  totals.good = 2;
  CHECK(progress.text(totals, 2, 100.05).empty());
  CHECK_THAT(progress.text(totals, 2, 102),
             Contains("[##########....") && Contains(" 25 % 2 of 8 commands, 6 s left"));
  CHECK(progress.clear() == "\r\x1b[K");
  CHECK(progress.clear().empty());
  totals.good = 7;
  totals.failed = 1;
  CHECK_THAT(progress.last(totals, 103),
             Contains("100 % 8 of 8 commands, 1 failed") && Catch::Matchers::EndsWith("left\n"));
}

TEST_CASE("progress never wraps") {
  ProgressOptions options;
  options.bar = options.terminal = options.progress = true;
  for (options.width = 1; options.width < 120; ++options.width) {
    Progress progress(options);
    RunTotals totals = some(100000, 20000);
    totals.all = 1000000;
    const std::string text = progress.text(totals, 64, 1);
    CHECK(text.size() <= static_cast<std::size_t>(options.width) + 4);
  }
}

TEST_CASE("progress in a log is a line now and then, and only where there is something new") {
  ProgressOptions options;
  options.progress = true;
  Progress progress(options);
  CHECK(progress.text(some(0, 0), 2, 100).empty());
  CHECK(progress.text(some(1, 0), 2, 109).empty());
  CHECK(progress.text(some(1, 0), 2, 110) == "1 of ? commands, 2 running\n");
  CHECK(progress.text(some(1, 0), 2, 130).empty());
  CHECK(progress.text(some(3, 1), 2, 131) == "4 of ? commands, 1 failed, 2 running\n");
  CHECK(progress.clear().empty());
  CHECK(Progress({}).text(some(1, 0), 2, 1000).empty());
  CHECK(Progress({}).last(some(1, 0), 1000).empty());
}

TEST_CASE("the table of commands is CSV or JSON") {
  const RunFolder folder;
  Ending ending;
  ending.seq = 7;
  ending.command = "echo \"a,b\"\n\\ \x01";
  ending.host = "node7";
  ending.start = 1795273946.9;
  ending.cause = app::Cause::timed_out;
  ending.problem = "gr\xC3\xBC\xC3\x9F\x65 \xFF";
  ending.max_rss = 1 << 20;
  {
    app::ReportFile csv(folder.file("all.csv"));
    csv.add(ending);
  }
  CHECK(
      folder.text("all.csv") ==
      "seq,command,good,status,signal,cause,problem,host,engine,attempt,start,seconds,user,system,"
      "max_rss,out_bytes,err_bytes\n"
      "7,\"echo \"\"a,b\"\"\n\\ \x01\",false,0,0,timed out,gr\xC3\xBC\xC3\x9F\x65 \xFF,node7,0,1,"
      "1795273946.900000,0.000000,0.000000,0.000000,1048576,0,0\n");
  app::ReportFile json(folder.file("all.json"));
  CHECK(folder.text("all.json") == "[\n]\n");
  json.add(ending);
  CHECK_THAT(folder.text("all.json"), Catch::Matchers::EndsWith("}\n]\n"));
  json.add({});
  const std::string uncommitted = folder.text("all.json");
  json.commit();
  CHECK(folder.text("all.json") == uncommitted);
  const std::string text = folder.text("all.json");
  CHECK_THAT(text, Contains(R"([
{"seq": 7, "command": "echo \"a,b\"\n\\ \u0001", "good": false, "status": 0,)"));
  CHECK_THAT(text, Contains("\"problem\": \"gr\xC3\xBC\xC3\x9F\x65 \xEF\xBF\xBD\""));
  CHECK_THAT(text, Contains("},\n{\"seq\": 0") && Catch::Matchers::EndsWith("}\n]\n"));
  CHECK_THROWS_WITH(app::ReportFile("no/such/folder/x.csv"), Contains("no/such/folder/x.csv"));
  CHECK_THROWS_WITH(app::ReportFile("/dev/full"), Contains("No space left"));
  app::ReportFile none(folder.file("none.json"));
  none.commit();
  CHECK(folder.text("none.json") == "[\n]\n");
}
