// What ends commands before they end by themselves.

#include "run_bed.hpp"

using app::Cause;
using app::Ending;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using run_test::Bed;
using run_test::eventually;
using run_test::Folder;
using run_test::lives;

namespace {

app::Order limited(const std::string& command, double seconds) {
  app::Order order;
  order.command.parts = {command};
  order.timeout = seconds;
  return order;
}

pid_t pid_in(const std::string& text) { return static_cast<pid_t>(std::stoi(text)); }

}  // namespace

TEST_CASE("a command is ended at its time limit, gently first, with all its group") {
  Bed bed;
  bed.terms.grace = 0.3;
  const Ending gentle = bed.run(limited("trap 'echo bye; exit 5' TERM; sleep 100 & wait", 0.1));
  CHECK(gentle.cause == Cause::timed_out);
  CHECK(gentle.problem == "killed at its time limit of 0.1 s");
  CHECK(gentle.status == 5);
  CHECK(gentle.seconds < 0.3);
  CHECK(bed.out == "bye\n");
  CHECK_FALSE(gentle.good());
  const Ending stubborn = bed.run(limited("trap '' TERM; echo $$; while :; do sleep 1; done", 0.1));
  CHECK(stubborn.signal == SIGKILL);
  CHECK(stubborn.seconds >= 0.4);
  CHECK(stubborn.seconds < 2);
  CHECK_FALSE(lives(pid_in(bed.out)));
  // The leader heeds, and one of the group does not.
  bed.run(limited("sh -c 'trap \"\" TERM; echo $$; sleep 100; sleep 100' & wait", 0.2));
  const pid_t rest = pid_in(bed.out);
  CHECK(eventually([&] { return !lives(rest); }));
}

TEST_CASE("a command that takes too much memory is killed at once, and it is said") {
  Bed bed;
  bed.terms.memory = std::uint64_t{50} << 20;
  bed.terms.grace = 100;
  CHECK(bed.run("true").good());
  // tail keeps what has no newline; a child of the command's.
  const Ending ending = bed.run("sh -c 'head -c 200M /dev/zero | { tail; sleep 100; }'; true");
  CHECK(ending.cause == Cause::out_of_memory);
  CHECK_THAT(ending.problem, StartsWith("killed for memory: ") && Contains(" of 50 MiB"));
  CHECK(ending.signal == SIGKILL);
  CHECK(ending.seconds < 20);
}

TEST_CASE("a command that was asked to stop is ended, and the task is interrupted") {
  Bed bed;
  bed.terms.grace = 10;
  const bool before = GENERATE(true, false);
  std::jthread asker([&] {
    if (!before) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    bed.here.stop_point().stop_chunk();
    bed.here.stop_point().notify();
  });
  if (before) asker.join();
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(bed.run("sleep 100"), farm::Interrupted);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

TEST_CASE("a command waits for memory that is free, and heeds a request to stop meanwhile") {
  Bed bed;
  bed.terms.memory_free = 1;
  CHECK(bed.run("true").good());
  bed.terms.memory_free = std::uint64_t{1} << 60;
  std::jthread asker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    bed.here.stop_point().stop_chunk();
    bed.here.stop_point().notify();
  });
  CHECK_THROWS_AS(bed.run("true"), farm::Interrupted);
}

TEST_CASE("lines are passed on while the command runs, and only whole ones") {
  Bed bed;
  const Folder folder;
  bed.terms.lines = true;
  const std::string gate = folder.path / "gate";
  std::string seen;
  bed.here.print_through([&](farm::Stream, std::string_view text) {
    seen += text;
    if (seen == "one\ntwo\n") std::ofstream(gate) << "open";
  });
  const Ending ending = bed.run("printf 'one\\ntwo\\nthr'; while [ ! -e " + gate +
                                " ]; do sleep 0.01; done; echo ee");
  CHECK(ending.good());
  CHECK(seen == "one\ntwo\nthree\n");
}
