#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "farm_app/run/joblog.hpp"
#include "farm_app/run/joblog_file.hpp"
#include "unit/run_folder.hpp"

using app::Cause;
using app::Ending;
using app::JoblogFile;
using Catch::Matchers::Contains;
using namespace std::string_literals;

namespace {

const std::string header = std::string(app::joblog_header) + '\n';

Ending ending(std::uint64_t seq, const std::string& command) {
  Ending e;
  e.seq = seq;
  e.command = command;
  e.host = "node7";
  e.start = 1795273946.9004;
  e.seconds = 1.3081;
  e.out_bytes = 4;
  e.err_bytes = 99;
  return e;
}

}  // namespace

TEST_CASE("a line of the log has the columns and formats of GNU parallel") {
  Ending e = ending(3, "echo 'a\tb'");
  CHECK(app::joblog_line(e) == "3\tnode7\t1795273946.900\t     1.308\t0\t4\t0\t0\techo 'a\tb'\n");
  e.status = 3;
  CHECK_THAT(app::joblog_line(e), Contains("\t4\t3\t0\techo"));
  e.status = 0;
  e.signal = 9;
  CHECK_THAT(app::joblog_line(e), Contains("\t4\t0\t9\techo"));
  e.host.clear();
  CHECK_THAT(app::joblog_line(e), Contains("3\t:\t1795273946.900\t"));
}

TEST_CASE("what was killed at a limit has -1 in the log, and what it caught 0 as signal") {
  Ending e = ending(1, "sleep 3");
  e.cause = Cause::timed_out;
  e.signal = 15;
  CHECK_THAT(app::joblog_line(e), Contains("\t-1\t15\tsleep 3"));
  e.signal = 0;
  CHECK_THAT(app::joblog_line(e), Contains("\t-1\t0\tsleep 3"));
  e.cause = Cause::not_started;
  CHECK_THAT(app::joblog_line(e), Contains("\t-1\t0\tsleep 3"));
  e.status = 127;
  CHECK_THAT(app::joblog_line(e), Contains("\t127\t0\tsleep 3"));
}

TEST_CASE("a command with line breaks is one line of the log and comes back") {
  const std::string line = app::joblog_line(ending(1, "echo 'a\nb'"));
  CHECK(line.find('\n') == line.size() - 1);
  CHECK_THAT(line, Contains("echo 'a\0b'\n"s));
  const auto entry = app::parse_joblog_line(std::string_view(line).substr(0, line.size() - 1));
  REQUIRE(entry);
  CHECK(app::from_joblog_text(entry->command) == "echo 'a\nb'");
}

TEST_CASE("a line is read to its last letter or not at all") {
  const auto read = [](const char* line) { return app::parse_joblog_line(line).has_value(); };
  CHECK(read("1\t:\t1795273946.900\t     0.014\t0\t0\t0\t0\ttrue"));
  CHECK(read("1\t:\t1795273946.900\t     0.014\t0\t0\t-1\t15\t"));
  for (const char* const wrong :
       {"", "garbage", "1\t:\t17952739", "0\t:\t1.0\t1.0\t0\t0\t0\t0\ttrue",
        "x\t:\t1.0\t1.0\t0\t0\t0\t0\ttrue", "1\t:\t1.0\t1.0\t0\t0\tx\t0\ttrue",
        "1\t:\t1.0\t1.0\t0\t0\t0\t\ttrue", "1\t:\tnow\t1.0\t0\t0\t0\t0\ttrue",
        "99999999999999999999\t:\t1.0\t1.0\t0\t0\t0\t0\ttrue"}) {
    INFO(wrong);
    CHECK_FALSE(read(wrong));
  }
  const auto entry = app::parse_joblog_line("7\t:\t1.0\t1.0\t0\t0\t2\t11\ta\tb");
  REQUIRE(entry);
  CHECK(entry->seq == 7);
  CHECK(entry->status == 2);
  CHECK(entry->signal == 11);
  CHECK(entry->command == "a\tb");
  CHECK_FALSE(entry->good());
}

TEST_CASE("the log gets its header once") {
  const RunFolder folder;
  const std::string path = folder.file("log");
  JoblogFile(path, JoblogFile::Start::append).add(ending(1, "one"));
  JoblogFile(path, JoblogFile::Start::append).add(ending(2, "two"));
  const std::string one = app::joblog_line(ending(1, "one"));
  const std::string two = app::joblog_line(ending(2, "two"));
  CHECK(folder.text("log") == std::string(header).append(one).append(two));
  JoblogFile(path, JoblogFile::Start::anew).add(ending(3, "three"));
  CHECK(folder.text("log") == header + app::joblog_line(ending(3, "three")));
}

TEST_CASE("a torn last line is cut off before the log goes on") {
  const RunFolder folder;
  const std::string one = app::joblog_line(ending(1, "one"));
  const std::string two = app::joblog_line(ending(2, std::string(200'000, 'x')));
  for (const std::string& torn : {two.substr(0, 5), two.substr(0, two.size() - 1)}) {
    const std::string path = folder.file("log", header + one + torn);
    const JoblogFile log(path, JoblogFile::Start::append);
    CHECK(folder.text("log") == header + one);
  }
  const std::string path = folder.file("torn", "Seq\tHo");
  const JoblogFile log(path, JoblogFile::Start::append);
  CHECK(folder.text("torn") == header);
}

TEST_CASE("a file that is no log of commands stays as it is") {
  const RunFolder folder;
  const std::string path = folder.file("tasks", "echo 1\necho 2\n");
  for (const auto start : {JoblogFile::Start::anew, JoblogFile::Start::append}) {
    CHECK_THROWS_WITH(JoblogFile(path, start), Contains(path) && Contains("no log of commands"));
  }
  CHECK(folder.text("tasks") == "echo 1\necho 2\n");
}

TEST_CASE("two runs do not write to the same log") {
  const RunFolder folder;
  const std::string path = folder.file("log");
  auto first = std::make_unique<JoblogFile>(path, JoblogFile::Start::append);
  CHECK_THROWS_WITH(JoblogFile(path, JoblogFile::Start::append), Contains("another run"));
  first.reset();
  CHECK_NOTHROW(JoblogFile(path, JoblogFile::Start::append));
}

TEST_CASE("a log that cannot be written to says why") {
  const RunFolder folder;
  CHECK_THROWS_WITH(JoblogFile(folder.file("no/such"), JoblogFile::Start::append),
                    Contains("no/such") && Contains("No such file"));
  if (::access("/dev/full", W_OK) != 0) return;
  CHECK_THROWS_WITH(JoblogFile("/dev/full", JoblogFile::Start::append), Contains("No space"));
  CHECK_NOTHROW(JoblogFile("/dev/null", JoblogFile::Start::anew).add(ending(1, "x")));
}
