#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "farm_app/run/joblog.hpp"
#include "farm_app/run/joblog_file.hpp"
#include "farm_app/run/resume.hpp"
#include "unit/run_folder.hpp"

using app::Resume;
using app::ResumeMode;
using app::SlottedText;
using Catch::Matchers::Contains;

namespace {

const std::string header = std::string(app::joblog_header) + '\n';

std::string line(int seq, int status, int signal, const std::string& command) {
  return std::to_string(seq) + "\t:\t1795273948.398\t     0.000\t0\t2\t" + std::to_string(status) +
         '\t' + std::to_string(signal) + '\t' + command + '\n';
}

std::string echo(int seq, int status = 0, int signal = 0) {
  return line(seq, status, signal, "echo " + std::to_string(seq));
}

/// 1 and 5 were good, 2, 3 and 6 failed, 4 is missing.
const std::string some_log =
    header + echo(1) + echo(2, 3) + echo(3, 0, 9) + echo(5) + echo(6, -1, 15);

SlottedText text(const std::string& command) { return {{command}}; }

/// Which of `echo 1` ... `echo 7` run.
std::set<int> run_again(Resume& resume) {
  std::set<int> seqs;
  for (int seq = 1; seq <= 7; ++seq) {
    const auto number = static_cast<std::uint64_t>(seq);
    if (resume.runs(number, text("echo " + std::to_string(seq)))) seqs.insert(seq);
  }
  return seqs;
}

std::set<int> run_again(const std::string& path, ResumeMode mode) {
  Resume resume(path, mode, false);
  return run_again(resume);
}

}  // namespace

TEST_CASE("the option --resume runs what the log does not have, whatever came of the others") {
  const RunFolder folder;
  const std::string path = folder.file("log", some_log);
  Resume resume(path, ResumeMode::resume, false);
  CHECK(run_again(resume) == std::set{4, 7});
  CHECK(resume.skipped() == 5);
}

TEST_CASE("the option --resume-failed runs also what has failed") {
  const RunFolder folder;
  const std::string path = folder.file("log", some_log);
  CHECK(run_again(path, ResumeMode::resume_failed) == std::set{2, 3, 4, 6, 7});
  CHECK(run_again(path, ResumeMode::none) == std::set{1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("the option --retry-failed runs what has failed by the texts of the log") {
  const RunFolder folder;
  const std::string path = folder.file(
      "log", header + echo(1) + line(7, 1, 0, std::string("printf 'a\0b'", 12)) + echo(2, 3) +
                 line(3, 0, 9, "echo\tfirst") + line(3, 1, 0, "echo last"));
  Resume resume(path, ResumeMode::retry_failed, false);
  using Next = std::pair<std::uint64_t, std::string>;
  CHECK(resume.next_failed() == Next(2, "echo 2"));
  CHECK(resume.next_failed() == Next(3, "echo last"));
  CHECK(resume.next_failed() == Next(7, "printf 'a\nb'"));
  CHECK_FALSE(resume.next_failed());
  CHECK_FALSE(resume.next_failed());
}

TEST_CASE("the option --retry-failed runs of a task file what the log has as failed") {
  const RunFolder folder;
  const std::string path = folder.file("log", some_log);
  CHECK(run_again(path, ResumeMode::retry_failed) == std::set{2, 3, 6});
}

TEST_CASE("what was good once is done, even if it has failed before or since") {
  const RunFolder folder;
  const std::string path = folder.file("log", some_log + echo(2) + echo(1, 7));
  CHECK(run_again(path, ResumeMode::resume_failed) == std::set{3, 4, 6, 7});
  Resume retry(path, ResumeMode::retry_failed, false);
  CHECK(retry.next_failed()->first == 3);
  CHECK(retry.next_failed()->first == 6);
  CHECK_FALSE(retry.next_failed());
}

TEST_CASE("a log that holds other commands is refused unless forced") {
  const RunFolder folder;
  const std::string path = folder.file("log", some_log);
  for (const auto mode : {ResumeMode::resume, ResumeMode::resume_failed}) {
    Resume resume(path, mode, false);
    CHECK_THROWS_WITH(resume.runs(1, text("echo one")), Contains("command 1 was 'echo 1'") &&
                                                            Contains("is now 'echo one'") &&
                                                            Contains("--force-resume"));
    CHECK_THROWS(resume.runs(2, text("echo 22")));
    CHECK(resume.runs(4, text("anything")));
  }
  Resume forced(path, ResumeMode::resume_failed, true);
  CHECK_FALSE(forced.runs(1, text("echo one")));
  CHECK(forced.runs(2, text("echo two")));
}

TEST_CASE("a command with the number of its slot is the same in another slot") {
  CHECK(app::fits({{"run --gpu ", " x"}}, "run --gpu 12 x"));
  CHECK(app::fits({{"a", "1", ""}}, "a21133"));
  CHECK_FALSE(app::fits({{"run --gpu ", " x"}}, "run --gpu  x"));
  CHECK_FALSE(app::fits({{"run --gpu ", " x"}}, "run --gpu 1 y"));
  CHECK_FALSE(app::fits({{"run"}}, "run "));
  CHECK_FALSE(app::fits({{"run ", ""}}, "run x"));
  CHECK(app::fits({}, ""));

  const RunFolder folder;
  const std::string path = folder.file("log", header + line(1, 0, 0, "run --gpu 3"));
  Resume resume(path, ResumeMode::resume, false);
  CHECK_FALSE(resume.runs(1, {{"run --gpu ", ""}}));
  CHECK_THROWS(resume.runs(1, {{"run --cpu ", ""}}));
}

TEST_CASE("a command whose line is torn runs again") {
  const RunFolder folder;
  for (const std::size_t letters : {1, 12, 30, 50}) {
    const std::string path = folder.file("log", some_log + echo(4).substr(0, letters));
    Resume resume(path, ResumeMode::resume, false);
    CHECK(resume.torn() == (letters < echo(4).size()));
    CHECK(resume.runs(4, text("echo 4")) == resume.torn());
  }
  Resume header_only(folder.file("torn", "Seq\tHost"), ResumeMode::resume, false);
  CHECK(header_only.runs(1, text("echo 1")));
}

TEST_CASE("a log that does not exist is empty, but there is nothing to retry") {
  const RunFolder folder;
  CHECK(run_again(folder.file("none"), ResumeMode::resume).size() == 7);
  CHECK(run_again(folder.file("none"), ResumeMode::resume_failed).size() == 7);
  CHECK_THROWS_WITH(Resume(folder.file("none"), ResumeMode::retry_failed, false),
                    Contains("No such file"));
  CHECK(run_again(folder.file("empty", ""), ResumeMode::resume).size() == 7);
}

TEST_CASE("a file that is no log is refused, with its line") {
  const RunFolder folder;
  const auto refused = [&](const std::string& text, const std::string& what) {
    INFO(text);
    const std::string path = folder.file("log", text);
    CHECK_THROWS_WITH(Resume(path, ResumeMode::resume, false), Contains(path) && Contains(what));
  };
  refused("hello\n", "line 1 is 'hello'");
  refused("hello", "line 1 is 'hello'");
  refused(echo(1), "line 1");
  refused(some_log + "garbage\n" + echo(4), "line 7 is 'garbage'");
  refused(header + "\n", "line 2");
  CHECK_THROWS_WITH(Resume("/", ResumeMode::resume, false), Contains("cannot be read"));
}

TEST_CASE("joined logs are one") {
  const RunFolder folder;
  const std::string path = folder.file("log", some_log + header + echo(4));
  CHECK(run_again(path, ResumeMode::resume) == std::set{7});
}

TEST_CASE("lines out of order and far apart cost no more than others") {
  const RunFolder folder;
  std::string text = header;
  for (int i = 200'000; i > 0; --i) text += echo(i, i % 10 == 0 ? 1 : 0);
  text += "18446744073709551615\t:\t1.0\t1.0\t0\t0\t0\t0\tlast\n";
  for (int i = 1; i <= 100'000; ++i) text += echo(i);
  const app::History history(folder.file("log", text));
  CHECK(history.rows().size() == 200'001);
  CHECK(history.find(100'000)->good == 1);
  CHECK(history.find(100'010)->good == 0);
  CHECK(history.command(*history.find(123'456)) == "echo 123456");
  CHECK(history.find(200'001) == nullptr);
}

TEST_CASE("what JoblogFile writes is what Resume reads") {
  const RunFolder folder;
  const std::string path = folder.file("log");
  const std::vector<std::string> commands{"echo 'a\nb'", "x\ty",  std::string(100'000, 'x'),
                                          "\xFF",        "grüße", ""};
  {
    app::JoblogFile log(path, app::JoblogFile::Start::append);
    for (std::size_t i = 0; i < commands.size(); ++i) {
      app::Ending ending;
      ending.seq = i + 1;
      ending.command = commands[i];
      ending.status = 1;
      log.add(ending);
    }
  }
  Resume resume(path, ResumeMode::resume, false);
  Resume retry(path, ResumeMode::retry_failed, false);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    CHECK_FALSE(resume.runs(i + 1, text(commands[i])));
    CHECK(retry.next_failed()->second == commands[i]);
  }
}
