// What can go wrong with a journal's file: each must end in a clear sentence, and lose nothing that
// was committed.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "journal_bed.hpp"
#include "records/database.hpp"

namespace {

using farm::records::Journal;

farm::records::Called called(std::uint64_t sequence) {
  farm::records::Called called;
  called.placed = called.recalled = true;
  called.share = 1;
  called.sequence = sequence;
  called.result_size = 8;
  called.kernel = farm::detail::KernelEntry::first();
  called.digest = {sequence, ~sequence};
  return called;
}

// A call of one task, and its result: its own number.
void record(Journal& journal, std::uint64_t task, std::size_t size = 8) {
  journal.call(task, 1, called(task), {});
  farm::results::Record record;
  record.count = 1;
  record.engine = 1;
  record.attempt = 1;
  record.started = record.completed = record.received = farm::time::Clock::now();
  std::vector<std::byte> bytes(size);
  std::memcpy(bytes.data(), &task, 8);
  journal.ended(task, record, bytes, static_cast<std::uint32_t>(size), false);
}

// How many tasks the journal holds as done; they must be the first ones, each with its number.
std::uint64_t done_in(const std::string& file) {
  Journal journal(unit::journal_setup(file));
  std::uint64_t done = 0;
  for (;; ++done) {
    farm::records::Asked asked;
    asked.kernel = farm::detail::KernelEntry::first();
    asked.share = 1;
    asked.result_size = 8;
    asked.count = 1;
    asked.digest = {done, ~done};
    const farm::records::Found found = journal.find(asked);
    if (!found.task) break;
    std::uint64_t value = ~std::uint64_t{0};
    journal.read(*found.task, 1, [&](const farm::records::Part& part) {
      std::memcpy(&value, part.results.data(), 8);
    });
    if (value != done) break;
  }
  return done;
}

std::string refusal(farm::records::JournalSetup setup) {
  try {
    Journal journal(std::move(setup));
  } catch (const farm::JournalError& error) {
    return error.what();
  }
  return "none";
}
std::string refusal(const std::string& file) { return refusal(unit::journal_setup(file)); }

// Runs `body` in a child process; its exit status, or minus the signal that ended it.
template <class Body>
pid_t in_child(Body&& body) {
  unit::registry();
  const pid_t child = fork();
  if (child != 0) return child;
  int status = 120;
  try {
    status = body();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
  }
  _exit(status);
}
int status_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct Shared {
  std::atomic<std::uint64_t> appended{0};
  std::atomic<std::uint64_t> committed{0};
};

// Memory that a child shares with its parent.
Shared& shared() {
  void* at =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(at != MAP_FAILED);
  return *new (at) Shared;
}

}  // namespace

TEST_CASE("A second job on a journal is told who writes it") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  {
    Journal journal(unit::journal_setup(file));
    CHECK(refusal(file) == "the journal " + file + " is being written by unit (process " +
                               std::to_string(getpid()) +
                               " on hub): wait for its end, or name another file");
  }
  CHECK(refusal(file) == "none");
  CHECK_FALSE(std::filesystem::exists(file + ".lock"));
}

TEST_CASE("The lock of a job that was killed is free") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  const pid_t child = in_child([&] {
    Journal journal(unit::journal_setup(file));
    return raise(SIGKILL);
  });
  CHECK(status_of(child) == -SIGKILL);
  CHECK(std::filesystem::exists(file + ".lock"));
  CHECK(refusal(file) == "none");
}

TEST_CASE("What is no file is refused as a journal") {
  const unit::Folder folder;
  unit::registry();
  const std::string path = std::filesystem::path(folder.file("x")).parent_path().string();
  CHECK(refusal(path) == "the journal " + path + " is a directory: name a file");
  CHECK(refusal("/dev/null") == "the journal /dev/null is a device or pipe: name a file");
  CHECK_FALSE(std::filesystem::exists(path + ".lock"));
}

TEST_CASE("A file that is no journal is refused, and left as it is") {
  const unit::Folder folder;
  unit::registry();
  const std::string text = folder.file("text");
  std::ofstream(text) << "this is a text, and a long one, so that nobody takes it for a database: "
                      << std::string(200, '.') << std::endl;
  CHECK(refusal(text) == text + " is no journal: file is not a database; name another file");
  CHECK(std::filesystem::file_size(text) == 273);

  const std::string other = folder.file("other");
  farm::records::Database(other, farm::records::Database::Access::write).run("CREATE TABLE t(x)");
  CHECK(refusal(other) == other + " is a database of another program: name another file");

  const std::string newer = folder.file("newer");
  CHECK(refusal(newer) == "none");
  farm::records::Database(newer, farm::records::Database::Access::write)
      .run("PRAGMA user_version = 99");
  CHECK(refusal(newer) ==
        "the journal " + newer + " is of another version of the farm: name another file");
}

TEST_CASE("The journal of another program or seed is refused unless that is forced") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  CHECK(refusal(file) == "none");
  auto setup = unit::journal_setup(file);
  setup.program = "other";
  CHECK(refusal(setup) == "the journal " + file +
                              " is of the program unit, and this is other: name another file, or "
                              "say --farm-journal-force=yes");
  setup = unit::journal_setup(file);
  setup.seed = 7;
  CHECK(refusal(setup).find("was written with --farm-seed=0, and this run has --farm-seed=7") !=
        std::string::npos);
  setup.force = true;
  CHECK(refusal(setup) == "none");
}

TEST_CASE("A journal that cannot be written is refused at the start") {
  CHECK(refusal("/proc/journal").find("the journal /proc/journal cannot be written: ") == 0);
  CHECK(refusal("/nowhere/journal").find("No such file or directory") != std::string::npos);

  const unit::Folder folder;
  const std::string file = folder.file("journal");
  CHECK(refusal(file) == "none");
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
  // Permissions say nothing to root, so somebody else asks.
  std::filesystem::permissions(folder.file(""), std::filesystem::perms::all);
  const pid_t child = in_child([&] {
    if (getuid() == 0 && setuid(65534) != 0) return 3;
    return refusal(file) == "the journal " + file + " cannot be written: Permission denied" ? 0 : 1;
  });
  CHECK(status_of(child) == 0);
}

TEST_CASE("A journal is written with a rollback journal where SQLite cannot write ahead") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  std::vector<std::string> said;
  auto setup = unit::journal_setup(file, &said);
  setup.write_ahead = false;
  {
    Journal journal(setup);
    record(journal, 0);
    CHECK(journal.flush());
    record(journal, 1);
  }
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("is written with a rollback journal, which takes longer") !=
        std::string::npos);
  CHECK(done_in(file) == 2);
}

TEST_CASE("A full disk stops the writing and not the run, and what waited is written later") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  const pid_t child = in_child([&] {
    std::vector<std::string> said;
    signal(SIGXFSZ, SIG_IGN);
    Journal journal(unit::journal_setup(file, &said));
    std::uint64_t task = 0;
    for (; task < 100; ++task) record(journal, task);
    if (!journal.flush()) return 1;
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = std::exchange(limit.rlim_cur, 100'000);
    setrlimit(RLIMIT_FSIZE, &limit);
    for (; task < 10'000; ++task) record(journal, task);
    if (journal.flush()) return 2;
    for (; task < 11'000; ++task) record(journal, task);
    if (said.size() != 1) return 3;
    if (said[0].find("the run goes on, and it is tried again") == std::string::npos) return 4;
    limit.rlim_cur = before;
    setrlimit(RLIMIT_FSIZE, &limit);
    while (!journal.flush()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (said.size() != 2 || said[1].find("is written again") == std::string::npos) return 5;
    return 0;
  });
  CHECK(status_of(child) == 0);
  CHECK(done_in(file) == 11'000);
}

TEST_CASE("A disk that stays full costs what does not fit into the queue, and nothing before") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  const pid_t child = in_child([&] {
    std::vector<std::string> said;
    signal(SIGXFSZ, SIG_IGN);
    {
      auto setup = unit::journal_setup(file, &said);
      setup.queue_limit = 100'000;
      Journal journal(setup);
      for (std::uint64_t task = 0; task < 100; ++task) record(journal, task);
      if (!journal.flush()) return 1;
      rlimit limit{};
      getrlimit(RLIMIT_FSIZE, &limit);
      limit.rlim_cur = 100'000;
      setrlimit(RLIMIT_FSIZE, &limit);
      for (std::uint64_t task = 100; task < 10'000; ++task) record(journal, task);
      if (journal.flush()) return 2;
    }
    if (said.size() != 2) return 3;
    return said[1].find("lacks the last of this run") == std::string::npos ? 4 : 0;
  });
  CHECK(status_of(child) == 0);
  const std::uint64_t done = done_in(file);
  CHECK(done >= 100);
  CHECK(done < 10'000);
}

TEST_CASE("After kill -9 all that was committed is there, and of the rest at most half a second") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  const unsigned seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::uint64_t before = 0;
  for (int round = 0; round < 3; ++round) {
    Shared& counts = shared();
    counts.appended = counts.committed = before;
    const pid_t child = in_child([&]() -> int {
      Journal journal(unit::journal_setup(file));
      for (std::uint64_t task = before;; ++task) {
        record(journal, task);
        counts.appended = task + 1;
        if (task % 2000 == 0 && journal.flush()) counts.committed = task + 1;
        if (task % 20 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 1500));
    const std::uint64_t half_a_second_ago = counts.appended;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::uint64_t committed = counts.committed;
    kill(child, SIGKILL);
    CHECK(status_of(child) == -SIGKILL);
    const std::uint64_t done = done_in(file);
    CHECK(done >= committed);
    CHECK(done >= half_a_second_ago);
    CHECK(done <= counts.appended);
    CHECK(done > before);
    before = done;
    munmap(&counts, sizeof counts);
    // As if the machine had gone down: the last of the log was never written.
    const std::string log = file + "-wal";
    if (std::filesystem::exists(log) && std::filesystem::file_size(log) > 100) {
      std::filesystem::resize_file(log, std::filesystem::file_size(log) - 1 - random() % 90);
    }
    const std::uint64_t torn = done_in(file);
    CHECK(torn <= done);
    before = torn;
  }
}

TEST_CASE("A log that was cut off anywhere leaves a journal of all that was committed before") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  std::mt19937 random(7);
  {
    Journal journal(unit::journal_setup(file));
    for (std::uint64_t task = 0; task < 2000; ++task) {
      record(journal, task);
      if (task % 100 == 0) REQUIRE(journal.flush());
    }
    REQUIRE(journal.flush());
    std::filesystem::copy_file(file, folder.file("copy"));
    std::filesystem::copy_file(file + "-wal", folder.file("copy-wal"));
  }
  const auto size = std::filesystem::file_size(folder.file("copy-wal"));
  std::uint64_t last = 0;
  for (int i = 1; i <= 10; ++i) {
    const std::string cut = folder.file("cut" + std::to_string(i));
    std::filesystem::copy_file(folder.file("copy"), cut);
    std::filesystem::copy_file(folder.file("copy-wal"), cut + "-wal");
    std::filesystem::resize_file(cut + "-wal",
                                 size * static_cast<unsigned>(i) / 10 - random() % 50);
    if (i > 1) {
      const std::uint64_t done = done_in(cut);
      CHECK(done >= last);
      last = done;
    }
  }
  CHECK(last >= 1900);
}
