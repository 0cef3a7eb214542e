// Commands as an engine runs them.

#include <optional>

#include "run_bed.hpp"

using app::Cause;
using app::Ending;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using run_test::Bed;
using run_test::Folder;

TEST_CASE("a command's output and exit status come back, with and without a shell") {
  Bed bed;
  const Ending plain = bed.run("echo hello world");
  CHECK(plain.good());
  CHECK(bed.out == "hello world\n");
  CHECK(plain.command == "echo hello world");
  CHECK(plain.out_bytes == 12);
  CHECK(plain.engine == 3);
  CHECK(plain.host == "host");
  CHECK(plain.start > 1e9);
  const Ending shell = bed.run("echo a; echo b >&2; exit 3");
  CHECK_FALSE(shell.good());
  CHECK(shell.status == 3);
  CHECK(shell.signal == 0);
  CHECK(shell.cause == Cause::ended);
  CHECK(bed.out == "a\n");
  CHECK(bed.err == "b\n");
  CHECK(shell.err_bytes == 2);
}

TEST_CASE("quotes, spaces, newlines and UTF-8 arrive as they are written") {
  Bed bed;
  bed.run(R"(printf '%s|' 'a  b' "c'd" "\"e\"" f\ g '$h' 'new
line' '')"
          " \xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\xbe");
  CHECK(bed.out == "a  b|c'd|\"e\"|f g|$h|new\nline||\xc3\xa4\xe2\x82\xac\xf0\x9f\x8c\xbe|");
  bed.run("cat << x\nline 1\nline 2\nx\n");
  CHECK(bed.out == "line 1\nline 2\n");
}

TEST_CASE("a command line may be longer than an argument may be") {
  Bed bed;
  const std::size_t size = GENERATE(100'000, 131'071, 131'072, 1'000'000);
  CAPTURE(size);
  const std::string text(size, 'x');
  // By a shell, and without.
  CHECK(bed.run(": " + text + "; echo $?").good());
  CHECK(bed.out == "0\n");
  CHECK(bed.run("echo " + text).good());
  CHECK(bed.out == text + '\n');
  const Ending ending = bed.run("/bin/echo " + text);
  if (size < 131'072) {
    CHECK(ending.good());
  } else {
    CHECK(ending.status == 126);
  }
}

TEST_CASE("what cannot be started is told as shells tell it, and why") {
  Bed bed;
  const Folder folder;
  const std::string file = folder.path / "no_program";
  std::ofstream(file) << "text\n";
  const Ending missing = bed.run("no-such-program --x");
  CHECK(missing.status == 127);
  CHECK(missing.cause == Cause::not_started);
  CHECK(missing.problem == "no-such-program: No such file or directory");
  CHECK(bed.err == "farm_app run: no-such-program: No such file or directory\n");
  const Ending denied = bed.run(file);
  CHECK(denied.status == 126);
  CHECK_THAT(denied.problem, Contains("Permission denied"));
  const Ending by_shell = bed.run("no-such-program; exit $?");
  CHECK(by_shell.status == 127);
  bed.terms.directory = "/no/such/folder";
  const Ending nowhere = bed.run("true");
  CHECK(nowhere.cause == Cause::not_started);
  CHECK(nowhere.problem == "it cannot start in /no/such/folder: No such file or directory");
}

TEST_CASE("a script that names no interpreter is run by a shell") {
  Bed bed;
  const Folder folder;
  const std::string file = folder.path / "script";
  std::ofstream(file) << "echo script $1\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  CHECK(bed.run(file + " 7").good());
  CHECK(bed.out == "script 7\n");
}

TEST_CASE("a signal that ends a command is told") {
  Bed bed;
  const Ending ending = bed.run("kill -SEGV $$");
  CHECK(ending.signal == SIGSEGV);
  CHECK(ending.status == 0);
  CHECK(ending.cause == Cause::ended);
  CHECK_FALSE(ending.good());
}

TEST_CASE("output may be binary, large, and go on after stdout was closed") {
  Bed bed;
  bed.run(R"(printf '\000\001\377\r\n\000')");
  CHECK(bed.out == std::string("\0\1\377\r\n\0", 6));
  const char* full = std::getenv("FARM_TEST_FULL");
  const std::uint64_t size = (full == nullptr ? std::uint64_t{64} : std::uint64_t{1024}) << 20;
  bed.keeps = false;
  const Ending large = bed.run("head -c " + std::to_string(size) + " /dev/zero");
  CHECK(large.out_bytes == size);
  CHECK(bed.pieces >= static_cast<int>(size >> 18));
  bed.keeps = true;
  const Ending closed = bed.run("echo a; exec >&-; sleep 0.05; echo b >&2");
  CHECK(closed.good());
  CHECK(bed.out == "a\n");
  CHECK(bed.err == "b\n");
}

TEST_CASE("a command has its place in its environment, and none in the job's MPI") {
  Bed bed;
  bed.terms.environment = {{"COLOUR", "red and blue"}};
  bed.terms.cores = 4;
  bed.terms.gpus = {{2, "0"}, {3, "1,2"}};
  setenv("OMPI_COMM_WORLD_RANK", "3", 1);
  app::Order order;
  order.command.parts = {
      "echo $FARM_TASK $FARM_SEQ $FARM_SLOT $FARM_ENGINE $FARM_ATTEMPT $FARM_CORES $PARALLEL_SEQ "
      "$PARALLEL_JOBSLOT $COLOUR $CUDA_VISIBLE_DEVICES $MORE ",
      ".$FARM_RUN_KEEPER.$OMPI_COMM_WORLD_RANK."};
  order.environment = {{"MORE", "more"}};
  CHECK(bed.run(order).good());
  unsetenv("OMPI_COMM_WORLD_RANK");
  CHECK(bed.out == "1 1 3 3 1 4 1 3 red and blue 1,2 more 3...\n");
}

TEST_CASE("a command has its input, its files and its directory") {
  Bed bed;
  const Folder folder;
  bed.terms.directory = folder.path;
  bed.terms.task_directory = "tasks";
  app::Order order;
  order.command.parts = {"pwd; cat; cat deck.in sub/b; wc -c < /dev/stdin"};
  order.has_input = true;
  order.input = "input\n";
  order.files = {{"deck.in", "deck\n"}, {"sub/b", "b\n"}};
  CHECK(bed.run(order).good());
  CHECK(bed.out == (folder.path / "tasks/1").string() + "\ninput\ndeck\nb\n6\n");
  order.has_input = false;
  order.command.parts = {"cat; echo end"};
  bed.run(order);
  CHECK(bed.out == "end\n");
  CHECK(folder.text("tasks/2/sub/b") == "b\n");
}

TEST_CASE("a command that fails throws as long as it may be tried again") {
  Bed first(1);
  first.terms.attempts = 2;
  CHECK_THROWS_WITH(first.run("echo out; exit 3"), "exit status 3 of: echo out; exit 3");
  CHECK(first.out == "out\n");
  CHECK_THROWS_AS(first.run("kill -9 $$"), farm::Error);
  CHECK(first.run("true").good());
  Bed second(2);
  second.terms.attempts = 2;
  CHECK(second.run("exit 3").status == 3);
  CHECK(second.run("exit 3").attempt == 2);
}

TEST_CASE("results are files, one folder for each command or two files for each engine") {
  Bed bed;
  const Folder folder;
  bed.terms.results = folder.path / "results";
  bed.run("echo a; echo b >&2");
  CHECK(bed.out == "a\n");
  CHECK(folder.text("results/1/stdout") == "a\n");
  CHECK(folder.text("results/1/stderr") == "b\n");
  CHECK(folder.text("results/1/seq") == "1");
  bed.terms.one_file = true;
  bed.terms.discard = true;
  bed.run("echo first; echo f >&2");
  bed.run("exit 1");
  bed.run("echo second");
  CHECK(bed.out.empty());
  CHECK(folder.text("results/engine.3.out") == "first\nsecond\n");
  CHECK(folder.text("results/engine.3.err") == "f\n");
  CHECK(folder.text("results/engine.3.index") ==
        "Seq\tAttempt\tOut\tOutBytes\tErr\tErrBytes\n2\t1\t0\t6\t0\t2\n3\t1\t6\t0\t2\t0\n"
        "4\t1\t6\t7\t2\t0\n");
}

TEST_CASE("what a command leaves behind may go on writing") {
  Bed bed;
  const Ending ending = bed.run("(while :; do echo x; done) & sleep 0.1; kill -STOP $! && echo $!");
  CHECK(ending.good());
  CHECK(bed.out.size() == ending.out_bytes);
  const Ending busy = bed.run("timeout 1 sh -c 'while :; do echo y; done' & sleep 0.05; echo end");
  CHECK(busy.good());
  CHECK(busy.seconds < 5);
  // It does not write where others do.
  CHECK(bed.run("sleep 0.1; echo clean").good());
  CHECK(bed.out == "clean\n");
}

TEST_CASE("nothing of one command's output is left for the next") {
  Bed bed;
  for (int i = 0; i < 3; ++i) {
    bed.run("echo out $FARM_SEQ; echo err >&2");
    CHECK(bed.out == "out " + std::to_string(i + 1) + '\n');
    CHECK(bed.err == "err\n");
  }
  CHECK(bed.run("true").out_bytes == 0);
  CHECK(bed.out.empty());
}

TEST_CASE("files serve one command after the other, but not where somebody still has them") {
  Bed bed;
  const auto writes = [&bed](const std::string& text, std::optional<std::string> input = {}) {
    app::Order order;
    order.command.parts = {"cat; echo " + text + "; echo e" + text + " >&2"};
    order.has_input = input.has_value();
    order.input = input.value_or("");
    CHECK(bed.run(order).good());
    CHECK(bed.out == input.value_or("") + text + '\n');
    CHECK(bed.err == 'e' + text + '\n');
  };
  writes("first");
  writes("second");
  writes("third", "read\n");
  writes("fourth");
  writes("fifth");
  CHECK(bed.run("sleep 0.3 && echo late & echo on").good());
  CHECK(bed.out == "on\n");
  writes("sixth");
  CHECK(bed.run("sleep 0.4").good());
  writes("seventh");
  writes("eighth");
}

TEST_CASE("what a command uses is told") {
  Bed bed;
  const Ending busy = bed.run("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 0.1");
  CHECK(busy.user + busy.system > 0.01);
  CHECK(busy.seconds > 0.1);
  CHECK(busy.max_rss > 100'000);
}
