// That nothing is left of commands when those end who wanted them.

#include "farm_app/run/keeper_client.hpp"
#include "run_bed.hpp"

using run_test::Bed;
using run_test::eventually;
using run_test::Folder;
using run_test::lives;

namespace {

// Writes its own number, that of a child, and that of one that has detached itself.
std::string family(const Folder& folder) {
  const std::string file = (folder.path / "pids").string();
  return "trap '' TERM HUP; echo $$ > " + file + "; sh -c 'echo $$ >> " + file +
         "; exec sleep 1000' & setsid sh -c 'trap \"\" TERM HUP; (echo $$ >> " + file +
         "; sleep 1001; sleep 1001) & exec sleep 1002' & ";
}

std::vector<pid_t> pids_in(const Folder& folder) {
  std::istringstream text(folder.text("pids"));
  std::vector<pid_t> pids;
  for (pid_t pid = 0; text >> pid;) pids.push_back(pid);
  return pids;
}

bool all_dead(const std::vector<pid_t>& pids) {
  return std::ranges::none_of(pids, [](pid_t pid) { return lives(pid); });
}

}  // namespace

TEST_CASE(
    "nothing is left when the process is killed that started the keeper, or that speaks to it") {
  const Folder folder;
  const bool starter = GENERATE(true, false);
  CAPTURE(starter);
  const pid_t first = fork();
  if (first == 0) {
    app::start_keeper();
    if (fork() == 0) {
      std::ofstream(folder.path / "rank") << getpid() << std::endl;
      app::KeeperClient client = app::KeeperClient::connect();
      app::KeptCommand command;
      command.words = {"/bin/sh", "-c", family(folder) + "wait"};
      command.streams = {0, 1, 2};
      client.start(command);
    }
    for (;;) pause();
  }
  REQUIRE(eventually([&] { return pids_in(folder).size() == 3; }));
  const pid_t rank = std::stoi(folder.text("rank"));
  for (const pid_t pid : pids_in(folder)) CHECK(lives(pid));
  kill(starter ? first : rank, SIGKILL);
  CHECK(eventually([&] { return all_dead(pids_in(folder)); }));
  kill(first, SIGKILL);
  kill(rank, SIGKILL);
  waitpid(first, nullptr, 0);
}

TEST_CASE("what a command leaves behind lives as long as the engine") {
  const Folder folder;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t engine = fork();
  if (engine == 0) {
    {
      Bed bed;
      const bool good = bed.run(family(folder) + "sleep 0.3").good();
      const char answer = good && pids_in(folder).size() == 3 ? 'y' : 'n';
      (void)!write(ends[1], &answer, 1);
    }
    for (;;) pause();
  }
  char answer = '?';
  REQUIRE(read(ends[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  const std::vector<pid_t> pids = pids_in(folder);
  REQUIRE(pids.size() == 3);
  CHECK_FALSE(lives(pids[0]));
  CHECK(lives(pids[1]));
  CHECK(lives(pids[2]));
  kill(engine, SIGKILL);
  waitpid(engine, nullptr, 0);
  CHECK(eventually([&] { return all_dead(pids); }));
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a keeper that has died is told, and takes its commands with it") {
  Bed bed;
  CHECK(bed.run("true").good());
  CHECK_THROWS_WITH(bed.run("kill -9 $PPID; sleep 100"), Catch::Contains("keeper"));
  CHECK_THROWS_AS(bed.run("true"), farm::Error);
}

TEST_CASE("nothing is left when the keeper is killed, detached or not, and without environment") {
  const Folder folder;
  const pid_t engine = fork();
  if (engine == 0) {
    Bed bed;
    try {
      bed.run("echo $PPID > " + (folder.path / "keeper").string() + "; " + family(folder) +
              "env -i sh -c 'echo $$ >> " + (folder.path / "pids").string() +
              "; sleep 1003; :' & wait");
    } catch (const farm::Error&) {
      std::ofstream(folder.path / "told") << "yes" << std::flush;
    }
    for (;;) pause();
  }
  REQUIRE(eventually([&] { return pids_in(folder).size() == 4; }));
  const std::vector<pid_t> pids = pids_in(folder);
  const pid_t keeper = std::stoi(folder.text("keeper"));
  std::ifstream name("/proc/" + std::to_string(keeper) + "/comm");
  CHECK(std::string(std::istreambuf_iterator<char>(name), {}) == "farm-keeper\n");
  kill(keeper, SIGKILL);
  CHECK(eventually([&] { return all_dead(pids); }));
  CHECK(eventually([&] { return folder.text("told") == "yes"; }));
  CHECK(lives(engine));
  kill(engine, SIGKILL);
  waitpid(engine, nullptr, 0);
}

TEST_CASE("a process without a keeper is told that it has none") {
  unsetenv(app::keeper_variable);
  CHECK_THROWS_AS(app::KeeperClient::connect(), app::KeeperGone);
}

TEST_CASE("a command begins with no signal blocked or ignored") {
  std::signal(SIGPIPE, SIG_IGN);
  Bed bed;
  std::signal(SIGPIPE, SIG_DFL);
  bed.run("grep -E '^Sig(Blk|Ign)' /proc/self/status");
  CHECK(bed.out == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  bed.run("ls -l /proc/self/fd");
  // Its three streams, and what ls reads.
  CHECK(bed.out.find(" 4 -> ") == std::string::npos);
  bed.terms.nice = 7;
  bed.run("nice");
  CHECK(std::stoi(bed.out) >= 7);
}
