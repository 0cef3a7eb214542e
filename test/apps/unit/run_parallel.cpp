// What GNU parallel does, beside what we do. Without GNU parallel these tests say nothing.

#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>
#include <string>

#include "farm_app/run/halt.hpp"
#include "farm_app/run/joblog.hpp"
#include "farm_app/run/joblog_file.hpp"
#include "farm_app/run/resume.hpp"
#include "unit/run_folder.hpp"

using app::Ending;

namespace {

int shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool parallel_is_there() {
  return shell("parallel --version 2>/dev/null | grep -q '^GNU parallel'") == 0;
}

std::string words(const std::string& text) {
  std::istringstream in(text);
  std::string all;
  for (std::string word; in >> word;) all += word + ' ';
  return all;
}

}  // namespace

TEST_CASE(
    "the option --halt ends a run after as many commands and with the same status as GNU "
    "parallel") {
  if (!parallel_is_there()) return;
  const RunFolder folder;
  // A share that is exactly one command (10% here) has the status of the command in GNU parallel
  // 20221122, against its manual; ours is the share.
  const std::string statuses = "0 3 0 4 0 5 0 6 0 7";
  for (const char* const halt :
       {"never", "now,fail=1", "soon,fail=1", "now,fail=2", "soon,fail=30%", "now,success=1",
        "soon,success=3", "now,success=30%", "now,done=1", "now,done=3", "soon,done=30%",
        "now,fail=15%", "now,fail=99"}) {
    INFO(halt);
    const int status =
        shell("parallel --will-cite -j1 --halt " + std::string(halt) + " --joblog '" +
              folder.file("log") + "' 'exit {}' ::: " + statuses + " 2>/dev/null");
    const std::string log = folder.text("log");
    const auto lines = std::count(log.begin(), log.end(), '\n') - 1;

    app::Halt ours(app::parse_halt(halt));
    app::Totals totals;
    totals.all = 10;
    std::istringstream in(statuses);
    Ending ending;
    while (ours.decision() == app::HaltDecision::go_on && in >> ending.status) {
      totals.add(ending);
      ours.after(ending, totals);
    }
    CHECK(static_cast<std::uint64_t>(lines) == totals.done());
    CHECK(status == app::exit_status(totals, ours));
  }
}

TEST_CASE("a log of GNU parallel is read, and its lines are as ours") {
  if (!parallel_is_there()) return;
  const RunFolder folder;
  const std::string log = folder.file("log");
  shell("parallel --will-cite -j1 --joblog '" + log +
        "' ::: true 'exit 3' 'kill -9 $$' 'printf \"a\\tb\"' 'printf abcde' >/dev/null");
  app::Resume resume(log, app::ResumeMode::resume_failed, false);
  CHECK_FALSE(resume.runs(1, {{"true"}}));
  CHECK(resume.runs(2, {{"exit 3"}}));
  CHECK(resume.runs(3, {{"kill -9 $$"}}));
  CHECK_FALSE(resume.runs(4, {{"printf \"a\\tb\""}}));

  std::istringstream lines(folder.text("log"));
  std::string line;
  REQUIRE(std::getline(lines, line));
  CHECK(line == app::joblog_header);
  for (int i = 0; i < 5; ++i) REQUIRE(std::getline(lines, line));
  Ending ending;
  ending.seq = 5;
  ending.command = "printf abcde";
  ending.out_bytes = 5;
  std::istringstream fields(line);
  std::string column;
  for (int i = 0; std::getline(fields, column, '\t') && i < 4; ++i) {
    if (i == 2) ending.start = std::stod(column);
    if (i == 3) ending.seconds = std::stod(column);
  }
  CHECK(app::joblog_line(ending) == line + '\n');
}

TEST_CASE("our log is one that GNU parallel resumes by") {
  if (!parallel_is_there()) return;
  const RunFolder folder;
  const std::string log = folder.file("log");
  for (int seq = 1; seq <= 4; ++seq) {
    Ending ending;
    ending.seq = static_cast<std::uint64_t>(seq);
    ending.command = "echo " + std::to_string(seq);
    ending.host = "node7";
    if (seq == 2) ending.status = 3;
    if (seq == 3) {
      ending.cause = app::Cause::timed_out;
      ending.signal = 15;
    }
    app::JoblogFile(log, app::JoblogFile::Start::append).add(ending);
  }
  const auto ran = [&](const std::string& option) {
    const std::string copy = folder.file("copy", folder.text("log"));
    shell("parallel --will-cite -j1 " + option + " --joblog '" + copy + "' echo ::: 1 2 3 4 5 > '" +
          folder.file("out") + "'");
    return words(folder.text("out"));
  };
  CHECK(ran("--resume") == "5 ");
  CHECK(ran("--resume-failed") == "2 3 5 ");
  CHECK(ran("--retry-failed") == "2 3 ");
}
