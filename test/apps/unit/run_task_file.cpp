#include "farm_app/run/task_file.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "farm_app/run/counting.hpp"
#include "run_cases.hpp"

using app::Next;
using Catch::Matchers::Contains;
using run_cases::commands_of;
using run_cases::Folder;
using run_cases::steps_of;
using run_cases::Words;

namespace {

using Kind = Next::Kind;

struct Tasks {
  explicit Tasks(const std::string& text) : name(folder.file("tasks", text)) {}
  Folder folder;
  std::string name;
};

std::map<std::string, std::string> environment_of(const Next& next) {
  return {next.job.environment.begin(), next.job.environment.end()};
}

}  // namespace

TEST_CASE("run: each line of a task file is a command, but for empty ones and comments") {
  const Tasks tasks("echo a # b\n# no\n\n  \t\n   # neither\n echo {} '{1}'\r\n\necho b");
  const auto steps = steps_of({tasks.name});
  REQUIRE(steps.size() == 3);
  CHECK(commands_of({tasks.name}) == Words{"echo a # b", " echo {} '{1}'", "echo b"});
  CHECK(steps[2].job.seq == 3);
  CHECK(steps[2].job.values.empty());
  CHECK(steps[2].job.environment.empty());
  CHECK(commands_of({"--file", tasks.name}).size() == 3);
}

TEST_CASE("run: commands that end in NUL have lines") {
  const Tasks tasks(std::string("echo a\necho b\0#c\0echo c", 23));
  CHECK(commands_of({"-0", tasks.name}) == Words{"echo a\necho b", "echo c"});
  CHECK_THROWS_WITH(steps_of({tasks.name}), Contains("line 2") && Contains("NUL"));
}

TEST_CASE("run: prefix and suffix go around the commands that follow") {
  const Tasks tasks(
      "a\n#DISBATCH PREFIX ( cd x ; \n#DISBATCH SUFFIX  ) > y\nb\n#DISBATCH PREFIX \nc\n"
      "#DISBATCH SUFFIX\nd\n");
  CHECK(commands_of({tasks.name}) == Words{"a", "( cd x ; b ) > y", "c ) > y", "d"});
}

TEST_CASE("run: a repetition has its index in the environment") {
  const Tasks tasks(
      "#DISBATCH PREFIX p \n#DISBATCH REPEAT 3 start 100 step 50 run $DISBATCH_REPEAT_INDEX\n"
      "#DISBATCH repeat 2\n#DISBATCH REPEAT 0 none\n#DISBATCH REPEAT 1 start me\nz\n");
  const auto steps = steps_of({tasks.name});
  REQUIRE(steps.size() == 7);
  CHECK(steps[2].job.command.with(1) == "p run $DISBATCH_REPEAT_INDEX");
  CHECK(steps[3].job.command.with(1) == "p ");
  CHECK(steps[5].job.command.with(1) == "p start me");
  auto environment = environment_of(steps[2]);
  CHECK(environment["DISBATCH_REPEAT_INDEX"] == "200");
  CHECK(environment["DISBATCH_REPEAT_INDEX_ZP"] == "000200");
  CHECK(environment["DISBATCH_STREAM_INDEX"] == "2");
  CHECK(environment["DISBATCH_TASKID"] == "2");
  CHECK(environment["DISBATCH_NAMETASKS"] == "tasks");
  CHECK_FALSE(environment["DISBATCH_JOBID"].empty());
  CHECK(environment_of(steps[4])["DISBATCH_REPEAT_INDEX"] == "1");
  CHECK(environment_of(steps[6])["DISBATCH_REPEAT_INDEX"] == "-1");
  CHECK(environment_of(steps[6])["DISBATCH_STREAM_INDEX"] == "6");
}

TEST_CASE("run: barriers, and commands for each engine") {
  const Tasks tasks(
      "#DISBATCH PERENGINE START { a ; } > x\n#DISBATCH PERENGINE STOP b\n#DISBATCH perengine "
      "start c\nd\n#DISBATCH BARRIER\n#DISBATCH BARRIER CHECK\ne\n#DISBATCH BARRIER key\n");
  const auto steps = steps_of({tasks.name});
  std::vector<Kind> kinds;
  for (const Next& step : steps) kinds.push_back(step.kind);
  CHECK(kinds == std::vector<Kind>{Kind::engine_start, Kind::engine_stop, Kind::engine_start,
                                   Kind::job, Kind::barrier, Kind::barrier_check, Kind::job,
                                   Kind::barrier});
  CHECK(steps[0].job.command.with(1) == "{ a ; } > x");
  CHECK(steps[2].job.seq == 2);
  CHECK(steps[6].job.seq == 2);
  CHECK(environment_of(steps[6])["DISBATCH_TASKID"] == "3");
}

TEST_CASE("run: a directive that is wrong is refused with its line") {
  const auto refused = [](const std::string& text) { return Tasks(text); };
  CHECK_THROWS_WITH(steps_of({refused("a\n#DISBATCH BARIER\n").name}),
                    Contains("tasks, line 2") && Contains("'BARRIER'"));
  CHECK_THROWS_WITH(steps_of({refused("a\n#DISBATCH PERENGINE START b\n").name}),
                    Contains("before all commands"));
  CHECK_THROWS_WITH(steps_of({refused("#DISBATCH PERENGINE END b\n").name}),
                    Contains("START or STOP"));
  CHECK_THROWS_WITH(steps_of({refused("#DISBATCH REPEAT many\n").name}), Contains("how often"));
}

TEST_CASE("run: shuffled commands stay between their barriers and keep their numbers") {
  std::string text;
  for (int i = 1; i <= 200; ++i) {
    text += "echo " + std::to_string(i) + "\n";
    if (i == 100) text += "#DISBATCH BARRIER\n";
  }
  const Tasks tasks(text);
  const auto steps = steps_of({"--shuf", "--seed", "5", tasks.name});
  REQUIRE(steps.size() == 201);
  CHECK(steps[100].kind == Kind::barrier);
  std::map<std::uint64_t, std::string> by_number;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i == 100) continue;
    const auto& job = steps[i].job;
    by_number[job.seq] = job.command.with(1);
    CHECK((job.seq <= 100) == (i < 100));
  }
  CHECK(by_number.size() == 200);
  CHECK(by_number[17] == "echo 17");
  CHECK(steps[0].job.seq + 1 != steps[1].job.seq);
}

TEST_CASE("run: how many commands a task file has is known before") {
  const Tasks tasks("#DISBATCH REPEAT 1000 x\n#\na\n#DISBATCH BARRIER\nb\n");
  CHECK(app::Jobs(run_cases::settings_of({tasks.name})).total() == 1002);
  CHECK_FALSE(app::Jobs(run_cases::settings_of({"--follow", tasks.name})).total().has_value());
}

TEST_CASE("run: a task file that grows is followed") {
  const Tasks tasks("a\n");
  app::Jobs jobs(run_cases::settings_of({"--follow", tasks.name}));
  CHECK(jobs.next().kind == Kind::job);
  CHECK(jobs.next().kind == Kind::not_yet);
  std::ofstream(tasks.name, std::ios::app) << "b\n";
  CHECK(jobs.next().job.command.with(1) == "b");
  std::filesystem::remove(tasks.name);
  CHECK(jobs.next().kind == Kind::end);
  CHECK(jobs.next().kind == Kind::end);
}

TEST_CASE("run: repetitions are counted without being made, and shuffled a part at a time") {
  const Tasks tasks("a\n#DISBATCH REPEAT 1000000000000 b\n#DISBATCH BARRIER\nc\n");
  app::Jobs jobs(run_cases::settings_of({tasks.name}));
  CHECK(jobs.total() == 1'000'000'000'002);
  std::stop_source stop;
  stop.request_stop();
  CHECK(jobs.total(stop.get_token()) == std::nullopt);
  CHECK(app::Jobs(run_cases::settings_of({"--shuf", tasks.name})).next(0).kind == Kind::not_yet);
}

TEST_CASE("run: a thread counts the commands of a file while they are made") {
  const Tasks tasks("a\nb\nc\n");
  app::Jobs jobs(run_cases::settings_of({tasks.name}));
  app::Counting counting(jobs);
  CHECK(jobs.next().kind == Kind::job);
  REQUIRE(counting.ended(60));
  CHECK(counting.total() == 3);
  const Tasks wrong("a\n#DISBATCH NOPE\n");
  app::Jobs others(run_cases::settings_of({wrong.name}));
  app::Counting error(others);
  REQUIRE(error.ended(60));
  CHECK(error.total() == std::nullopt);
}
