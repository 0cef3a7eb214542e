#include "farm_app/run/settings.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "farm_app/command_line.hpp"
#include "farm_app/run/shell.hpp"
#include "run_cases.hpp"

using app::Grouping;
using app::ResumeMode;
using app::RunSettings;
using app::UsageError;
using Catch::Matchers::Contains;
using run_cases::Folder;
using run_cases::settings_of;
using run_cases::Words;

TEST_CASE("run: options end where the command begins") {
  const RunSettings settings = settings_of({"-k", "--joblog", "log", "grep", "-k", "--joblog"});
  CHECK(settings.keep_order);
  CHECK(settings.joblog == "log");
  CHECK(settings.source.command == Words{"grep", "-k", "--joblog"});
  CHECK(settings_of({"-kC", ",", "x", "-C"}).source.colsep == ",");
  CHECK(settings_of({"-kC,", "x", "-r"}).source.colsep == ",");
  CHECK(settings_of({"--colsep=,", "x"}).source.colsep == ",");
  CHECK(settings_of({"--", "--strange", ":::", "a"}).source.command == Words{"--strange"});
  CHECK(settings_of({"--range", "x=-1:1", "--nice", "-3", "a"}).terms.nice == -3);
}

TEST_CASE("run: a first word that is a file is a task file") {
  const Folder folder;
  const std::string file = folder.file("tasks", "a\n");
  CHECK(settings_of({file}).source.task_file == file);
  CHECK(settings_of({"-"}).source.task_file == "-");
  if (::isatty(STDIN_FILENO) == 0) {
    CHECK(settings_of({}).source.task_file == "-");
  } else {
    CHECK_THROWS_AS(settings_of({}), UsageError);
  }
  CHECK(settings_of({"--file", file}).source.task_file == file);
  CHECK(settings_of({file, ":::", "a"}).source.command == Words{file});
  CHECK(settings_of({"-a", file, file}).source.command == Words{file});
  CHECK_THROWS_WITH(settings_of({"no/such/file"}), Contains("no task file"));
  const auto source = settings_of({"program"}).source;
  CHECK(source.command == Words{"program"});
  REQUIRE(source.inputs.size() == 1);
  CHECK(source.inputs[0].file == "-");
  CHECK_THROWS_WITH(settings_of({file, "--joblog", "x"}), Contains("stand before"));
  CHECK_THROWS_AS(settings_of({"--csv", file}), UsageError);
  CHECK_THROWS_AS(settings_of({"--file", file, "echo"}), UsageError);
}

TEST_CASE("run: limits and execution") {
  const auto settings = settings_of({"--timeout", "2m", "--mem", "4G", "--retries", "3", "--gpus",
                                     "2", "--needs", "fast", "--grace", "0.5", "--delay", "1m",
                                     "--env", "A=b=c", "--nice", "5", "x"});
  CHECK(settings.timeout.seconds() == 120);
  CHECK(settings.terms.memory == std::uint64_t{4} << 30U);
  CHECK(settings.terms.attempts == 3);
  CHECK(settings.terms.gpu_label == "gpu");
  CHECK(settings.needs == Words{"fast", "gpu=2"});
  CHECK(settings.terms.grace == 0.5);
  CHECK(settings.delay == 60);
  CHECK(settings_of({"x"}).drain == 30);
  CHECK(settings_of({"--cores", "4", "x"}).terms.environment[0].first == "OMP_NUM_THREADS");
  CHECK(settings.terms.environment ==
        std::vector<std::pair<std::string, std::string>>{{"A", "b=c"}});
  CHECK(settings_of({"--timeout", "200%", "x"}).timeout.relative());
  for (const Words& words :
       {Words{"--timeout", "0"}, Words{"--timeout", "-1"}, Words{"--timeout", "x%"},
        Words{"--retries", "0"}, Words{"--mem", "4X"}, Words{"--env", "1x"}, Words{"--nice", "99"},
        Words{"--env", "NO_SUCH_VARIABLE_HERE"}, Words{"--delay", "-1"}}) {
    INFO(words[0]);
    CHECK_THROWS_AS(settings_of({words[0], words[1], "x"}), UsageError);
  }
}

TEST_CASE("run: output") {
  CHECK(settings_of({"x"}).grouping == Grouping::group);
  CHECK(settings_of({"--lb", "x"}).grouping == Grouping::line);
  CHECK(settings_of({"-u", "x"}).grouping == Grouping::none);
  CHECK(settings_of({"--tagstring", "a{}", "x"}).tag);
  CHECK(settings_of({"--results", "r", "--results-style", "stream", "x"}).terms.one_file);
  CHECK_THROWS_AS(settings_of({"-u", "--line-buffer", "x"}), UsageError);
  CHECK_THROWS_AS(settings_of({"--results-style", "stream", "x"}), UsageError);
  CHECK_THROWS_AS(settings_of({"--report", "x.txt", "x"}), UsageError);
  CHECK_THROWS_WITH(settings_of({"--tagstring", "{%}", "x"}), Contains("slot"));
}

TEST_CASE("run: what resumes needs a log") {
  CHECK(settings_of({"--joblog", "l", "--resume", "x"}).resume == ResumeMode::resume);
  CHECK(settings_of({"--joblog", "l", "--resume-failed", "x"}).resume == ResumeMode::resume_failed);
  const auto retry = settings_of({"--joblog", "l", "--retry-failed"});
  CHECK(retry.resume == ResumeMode::retry_failed);
  CHECK(retry.source.task_file.empty());
  CHECK_THROWS_WITH(settings_of({"--resume", "x"}), Contains("--joblog"));
  CHECK_THROWS_AS(settings_of({"--force-resume", "x"}), UsageError);
  CHECK_THROWS_AS(settings_of({"--joblog", "l", "--resume", "--retry-failed"}), UsageError);
}

TEST_CASE("run: templates have a file below the directory of their command") {
  const auto settings = settings_of(
      {"--range", "mu=0:1", "--template", "d/run.in.j2", "--template", "a=b=sub/c", "x"});
  CHECK(settings.source.templates[0].output == "run.in");
  CHECK(settings.source.templates[1].file == "a=b");
  CHECK(settings.source.templates[1].output == "sub/c");
  CHECK(settings.terms.task_directory == "farm-tasks");
  CHECK(settings_of({"--template", "a=-", "x"}).terms.task_directory.empty());
  for (const char* text : {"a=/b", "a=../b", "a=", "=b"}) {
    INFO(text);
    CHECK_THROWS_AS(settings_of({"--template", text, "x"}), UsageError);
  }
  CHECK_THROWS_AS(settings_of({"--template", "a=x", "--template", "b=x", "x"}), UsageError);
}

TEST_CASE("run: mistakes are refused with advice") {
  CHECK_THROWS_WITH(settings_of({"--joblogs", "l", "x"}), Contains("'--joblog'"));
  CHECK_THROWS_WITH(settings_of({"-j8", "x"}), Contains("mpirun -np"));
  CHECK_THROWS_WITH(settings_of({"--jobs", "8", "x"}), Contains("mpirun -np"));
  CHECK_THROWS_WITH(settings_of({"--header", ",", "x"}), Contains("':'"));
  CHECK_THROWS_WITH(settings_of({"--sample", "10", "x"}), Contains("--range"));
  CHECK_THROWS_WITH(settings_of({"--sample", "10", "--range", "x=0:1:2", "y"}), Contains("step"));
  CHECK_THROWS_WITH(settings_of({"--range", "x=0:1"}), Contains("command"));
  CHECK_THROWS_WITH(settings_of({"--range", "x=0:1", "--range", "x=0:1", "y"}),
                    Contains("another"));
  CHECK_THROWS_WITH(settings_of({"--method", "lhs", "y"}), Contains("--sample"));
  CHECK_THROWS_WITH(settings_of({"x", "::::"}), Contains("followed by files"));
  CHECK_THROWS_AS(settings_of({"--shuf", "--follow", "x"}), UsageError);
}

TEST_CASE("run: the shell of a task file with directives is the one they are written for") {
  const Folder folder;
  ::unsetenv("PARALLEL_SHELL");
  const char* shell = std::getenv("SHELL");
  const std::string before = shell == nullptr ? "" : shell;
  ::setenv("SHELL", "/usr/bin/fish", 1);
  CHECK(app::default_shell("") == "/bin/sh");
  CHECK(app::default_shell(folder.file("a", "x\n#DISBATCH BARRIER\n")) == "/bin/bash");
  CHECK(app::default_shell(folder.file("b", "x #DISBATCH BARRIER\n")) == "/bin/sh");
  ::setenv("SHELL", "/usr/bin/zsh", 1);
  CHECK(app::default_shell("-") == "/usr/bin/zsh");
  CHECK(settings_of({"--shell", "/bin/ksh", "x"}).terms.shell == "/bin/ksh");
  ::setenv("SHELL", before.c_str(), 1);
}

TEST_CASE("run: help is printed in place of everything else") {
  std::ostringstream printed;
  std::streambuf* const stdout_buffer = std::cout.rdbuf(printed.rdbuf());
  const bool ran = app::read_run_settings({"--joblog", "x", "--help"}).has_value();
  std::cout.rdbuf(stdout_buffer);
  CHECK_FALSE(ran);
  // What is in it has a place of its own in the help, and fits a terminal.
  for (const char* part : {"usage:", "--joblog", "replacement strings:", "#DISBATCH REPEAT",
                           "exit status:", "examples:"}) {
    CHECK_THAT(printed.str(), Contains(part));
  }
  std::istringstream lines(printed.str());
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
  CHECK(settings_of({"ls", "--help"}).source.command == Words{"ls", "--help"});
}
