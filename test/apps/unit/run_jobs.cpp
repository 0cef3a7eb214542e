#include "farm_app/run/jobs.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "farm_app/run/dry_run.hpp"
#include "run_cases.hpp"

using app::Jobs;
using app::Next;
using Catch::Matchers::Contains;
using run_cases::commands_of;
using run_cases::Folder;
using run_cases::settings_of;
using run_cases::steps_of;
using run_cases::Words;

TEST_CASE("run: all combinations of sources, the last one fastest, and linked ones in step") {
  CHECK(commands_of({"echo", ":::", "a", "b", ":::", "1", "2"}) ==
        Words{"echo a 1", "echo a 2", "echo b 1", "echo b 2"});
  CHECK(commands_of({"echo", ":::", "a", "b", "c", ":::+", "1", "2", ":::", "X"}) ==
        Words{"echo a 1 X", "echo b 2 X"});
  CHECK(commands_of({"echo", ":::"}).empty());
  CHECK(commands_of({"echo", ":::", ":::", "a"}) == Words{"echo '' a"});
  CHECK(commands_of({":::", "echo a", "echo b"}) == Words{"echo a", "echo b"});
}

TEST_CASE("run: files are read as a stream beside tables that are counted through") {
  const Folder folder;
  const std::string file = folder.file("values", "a\nb c\n");
  const std::string empty = folder.file("empty", "");
  CHECK(commands_of({"echo", "::::", file, ":::", "1", "2"}) ==
        Words{"echo a 1", "echo a 2", "echo 'b c' 1", "echo 'b c' 2"});
  CHECK(commands_of({"-a", file, "echo", "::::", file}).size() == 4);
  CHECK(commands_of({"echo", "::::", file, "::::+", file}) ==
        Words{"echo a a", "echo 'b c' 'b c'"});
  CHECK(commands_of({"echo", "::::", empty}).empty());
  CHECK(commands_of({"echo", "::::", empty, ":::", "a"}) == Words{"echo '' a"});
  CHECK(Jobs(settings_of({"echo", "::::", file, ":::", "1", "2"})).total() == 4);
}

TEST_CASE("run: columns with names") {
  const Folder folder;
  const std::string csv =
      folder.file("table.csv", "n,file name\n\"1, 2\",d/f.x\n\"q\"\"q\",\"l\nm\"\n");
  const Words words{"--csv", "--header", ":", "echo", "{n}", "{file name/.}", "::::", csv};
  CHECK(commands_of(words) == Words{"echo '1, 2' f", "echo 'q\"q' 'l\nm'"});
  Jobs jobs(settings_of(words));
  CHECK(jobs.names() == Words{"n", "file name"});
  CHECK(jobs.total() == 2);
  CHECK(jobs.next().job.values == Words{"1, 2", "d/f.x"});
  CHECK(commands_of({"--header", ":", "echo", "{x}{y}", ":::", "x", "1", "2", ":::", "y", "3"}) ==
        Words{"echo 13", "echo 23"});
}

TEST_CASE("run: grids and samples have values with names") {
  CHECK(commands_of({"--range", "mu=0:1:0.5", "--range", "n=1:2", "sim", "{mu}", "{n}"}) ==
        Words{"sim 0 1", "sim 0 2", "sim 0.5 1", "sim 0.5 2", "sim 1 1", "sim 1 2"});
  CHECK(commands_of({"--range", "mu=1:2", "sim", ":::", "a", "b"}) ==
        Words{"sim 1 a", "sim 1 b", "sim 2 a", "sim 2 b"});
  const Words sample{"--sample", "100", "--range", "x=0:1", "--range", "y=0:1", "sim", "{y}"};
  const Words commands = commands_of(sample);
  CHECK(std::set<std::string>(commands.begin(), commands.end()).size() == 100);
  CHECK(commands == commands_of(sample));
}

TEST_CASE("run: a product that nobody could store is shuffled at once") {
  const Words words{"--shuf", "--range", "a=1:1000000", "--range", "b=1:1000000", "sim"};
  Jobs jobs(settings_of(words));
  CHECK(jobs.total() == 1'000'000'000'000);
  std::set<std::uint64_t> numbers;
  std::uint64_t large = 0;
  for (int i = 0; i < 1000; ++i) {
    const Next next = jobs.next();
    numbers.insert(next.job.seq);
    large += next.job.seq > 500'000'000'000 ? 1 : 0;
    CHECK(std::to_string((next.job.seq - 1) / 1'000'000 + 1) == next.job.values[0]);
  }
  CHECK(numbers.size() == 1000);
  CHECK((large > 400 && large < 600));
  const Words more{"--range", "a=1:9999999999", "--range", "b=1:9999999999", "sim"};
  CHECK_THROWS_WITH(Jobs(settings_of(more)), Contains("2^63"));
}

TEST_CASE("run: rows of white space are left out on demand, without a gap in the numbers") {
  const auto steps = steps_of({"-r", "echo", ":::", "a", " ", "", "b"});
  REQUIRE(steps.size() == 2);
  CHECK(steps[1].job.seq == 2);
}

TEST_CASE("run: a command line of 100 kB, UTF-8 and line breaks in values") {
  const std::string longer(100'000, 'x');
  CHECK(commands_of({"echo", longer, ":::", "ü\nb"}) == Words{"echo " + longer + " 'ü\nb'"});
}

TEST_CASE("run: tags are the values, or a text of one's own") {
  CHECK(app::dry_run_text(steps_of({"--tag", "echo", ":::", "a b", ":::", "c"})[0].job) ==
        "a b c\techo 'a b' c\n");
  CHECK(app::dry_run_text(
            steps_of({"--tagstring", "<{2}{#}>", "echo", ":::", "a", ":::", "c"})[0].job) ==
        "<c1>\techo a c\n");
  CHECK(app::dry_run_text(steps_of({"echo", "{%}", ":::", "a"})[0].job) == "echo 1\n");
}
