#include "journal_bed.hpp"
#include "records/database.hpp"

namespace {

using unit::JournaledRun;

// What a query of the whole file answers, as a number.
std::int64_t number_in(const std::string& file, const std::string& sql) {
  farm::records::Database database(file, farm::records::Database::Access::read);
  return database.number(sql);
}

farm::TaskOptions single() {
  farm::TaskOptions options;
  options.chunk = 1;
  options.hwm = 1;
  return options;
}

}  // namespace

TEST_CASE("The next run takes what is done from the journal, and runs nothing") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  std::vector<int> first;
  {
    JournaledRun run(file);
    auto& squares = run.farm.map(farm::kernel<&unit::square>, unit::counted(100));
    run.farm.run();
    first = unit::LoopbackFarm::values<int>(squares);
    CHECK(run.sent() > 0);
  }
  JournaledRun run(file);
  auto& squares = run.farm.map(farm::kernel<&unit::square>, unit::counted(100));
  CHECK(squares.settled());
  CHECK(unit::LoopbackFarm::values<int>(squares) == first);
  CHECK(run.farm.hub->totals().done == 100);
  CHECK(run.journal.recalled() == 100);
  run.farm.run();
  CHECK(run.sent() == 0);
}

TEST_CASE("Results of any size come back from the journal, and those of kernels without one") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  for (int round = 0; round < 2; ++round) {
    JournaledRun run(file);
    auto& words = run.farm.map(farm::kernel<&unit::repeat>, unit::counted(60));
    auto& nothing = run.farm.map(farm::kernel<&unit::nothing>, unit::counted(3));
    auto& one = run.farm.map(farm::kernel<&unit::repeat>, std::vector<int>{7});
    auto& none = run.farm.map(farm::kernel<&unit::repeat>, std::vector<int>{});
    CHECK(none.settled());
    CHECK(one.settled() == (round == 1));
    CHECK(nothing.settled() == (round == 1));
    run.farm.run();
    const auto values = unit::LoopbackFarm::values<std::string>(words);
    for (int i = 0; i < 60; ++i) CHECK(values[static_cast<std::size_t>(i)] == unit::repeat(i));
    CHECK(unit::LoopbackFarm::value<std::string>(one, 0) == "aaaaaaa");
  }
}

TEST_CASE("Of a map that was cut off only the missing items run") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  for (const farm::Order order : {farm::Order::submission, farm::Order::longest_first}) {
    std::filesystem::remove(file);
    std::uint64_t done = 0;
    farm::TaskOptions options = single();
    options.order = order;
    {
      JournaledRun run(file);
      auto& words = run.farm.map(farm::kernel<&unit::repeat>, unit::counted(20), options);
      for (int i = 0; i < 8; ++i) {
        run.farm.hub->poll();
        run.farm.servers[0]->step();
      }
      done = words.results->progress().settled;
      REQUIRE(done > 2);
      REQUIRE(done < 15);
    }
    JournaledRun run(file);
    auto submission = unit::LoopbackFarm::submission(farm::kernel<&unit::repeat>, unit::counted(20),
                                                     run.farm.route(options));
    if (order == farm::Order::longest_first) {
      for (int i = 0; i < 20; ++i) submission.costs.push_back(i % 7);
    }
    auto& words = *run.farm.hub->submit(std::move(submission));
    CHECK(words.results->progress().settled == done);
    run.farm.run();
    CHECK(run.sent() == static_cast<int>(20 - done));
    const auto values = unit::LoopbackFarm::values<std::string>(words);
    for (int i = 0; i < 20; ++i) CHECK(values[static_cast<std::size_t>(i)] == unit::repeat(i));
    REQUIRE(run.journal.flush());
    CHECK(number_in(file, "SELECT count(*) FROM tasks WHERE status = 'done'") == 20);
    CHECK(number_in(file, "SELECT count(*) FROM tasks") == 20);
  }
}

TEST_CASE("Tasks that failed or were cancelled run again in the next run") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  {
    JournaledRun run(file);
    auto& values = run.farm.map(farm::kernel<&unit::odd_fails>, unit::counted(10));
    run.farm.run();
    CHECK(values.results->failed() == 5);
    auto& cancelled = run.farm.map(farm::kernel<&unit::square>, unit::counted(4), single());
    CHECK(run.farm.hub->cancel(cancelled) > 0);
    run.farm.run();
    REQUIRE(run.journal.flush());
    CHECK(number_in(file,
                    "SELECT count(*) FROM tasks WHERE status = 'failed' AND "
                    "error LIKE '%std::runtime_error: odd: %'") == 5);
    CHECK(number_in(file, "SELECT count(*) FROM tasks WHERE status = 'aborted'") > 0);
  }
  JournaledRun run(file);
  auto& values = run.farm.map(farm::kernel<&unit::odd_fails>, unit::counted(10));
  CHECK(values.results->progress().settled == 5);
  auto& cancelled = run.farm.map(farm::kernel<&unit::square>, unit::counted(4), single());
  run.farm.run();
  CHECK(values.results->failed() == 5);
  CHECK(cancelled.results->progress().aborted == 0);
  REQUIRE(run.journal.flush());
  CHECK(number_in(file, "SELECT count(*) FROM tasks") == 14);
  CHECK(number_in(file, "SELECT count(*) FROM tasks WHERE status = 'failed' AND run = 2") == 5);
  CHECK(number_in(file, "SELECT count(*) FROM tries") == 5);
}

TEST_CASE("A changed input is refused in a sentence, unless it is forced to run anew") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  {
    JournaledRun run(file);
    run.farm.map(farm::kernel<&unit::square>, unit::counted(10));
    run.farm.map(farm::kernel<&unit::repeat>, unit::counted(5));
    run.farm.run();
  }
  {
    JournaledRun run(file);
    CHECK_THROWS_WITH(
        run.farm.map(farm::kernel<&unit::square>, std::vector<int>{1, 2}),
        "call 1 of view 1 is not the one that the journal " + file +
            " has at its place: now it is unit::square on 2 inputs, then it was unit::square on 10 "
            "inputs. Name another journal, or say --farm-journal-force=yes to run anew what has "
            "changed");
  }
  farm::records::JournalSetup setup = unit::journal_setup(file);
  setup.force = true;
  JournaledRun run(setup);
  auto& squares = run.farm.map(farm::kernel<&unit::square>, std::vector<int>{1, 2});
  auto& words = run.farm.map(farm::kernel<&unit::repeat>, unit::counted(5));
  CHECK_FALSE(squares.settled());
  CHECK(words.settled());
  run.farm.run();
  REQUIRE(run.journal.flush());
  CHECK(number_in(file, "SELECT count(*) FROM tasks") == 7);
  CHECK(number_in(file, "SELECT count(*) FROM tasks WHERE kernel = 'unit::square'") == 2);
}

TEST_CASE("Calls that come in another order are found by their inputs, and new ones run") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  const auto call = [](JournaledRun& run, int x, farm::detail::Recall recall) -> farm::hub::Batch& {
    auto submission = unit::LoopbackFarm::submission(farm::kernel<&unit::square>,
                                                     std::vector<int>{x}, run.farm.route());
    submission.recall = recall;
    return *run.farm.hub->submit(std::move(submission));
  };
  using farm::detail::Recall;
  {
    JournaledRun run(file);
    for (const int x : {1, 2, 2}) call(run, x, Recall::by_content);
    for (const int x : {5, 6}) call(run, x, Recall::by_place);
    run.farm.run();
  }
  JournaledRun run(file);
  CHECK(call(run, 6, Recall::by_place).settled());
  CHECK(call(run, 2, Recall::by_content).settled());
  CHECK_FALSE(call(run, 3, Recall::by_content).settled());
  CHECK(call(run, 2, Recall::by_content).settled());
  CHECK_FALSE(call(run, 2, Recall::by_content).settled());
  CHECK(call(run, 1, Recall::by_content).settled());
  CHECK(call(run, 5, Recall::by_place).settled());
  CHECK_FALSE(call(run, 5, Recall::by_place).settled());
  CHECK_FALSE(call(run, 5, Recall::never).settled());
}

TEST_CASE("A task keeps its id from run to run, and what depends on it is known by that") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  std::vector<farm::TaskId> ids;
  for (int round = 0; round < 3; ++round) {
    JournaledRun run(file);
    const std::vector<int> one{1};
    // A direct call is recorded and runs in each run.
    farm::detail::Submission direct =
        unit::LoopbackFarm::submission(farm::kernel<&unit::square>, one, run.farm.route({}, 0));
    auto& always = *run.farm.hub->submit_direct(std::move(direct), {{1, 0, 1}}, false);
    auto& squares = run.farm.map(farm::kernel<&unit::square>, unit::counted(10));
    auto& words = run.farm.map(farm::kernel<&unit::repeat>, unit::counted(4));
    CHECK_FALSE(always.settled());
    CHECK(squares.settled() == (round > 0));
    if (round == 0) ids = {squares.first, words.first};
    CHECK(squares.first == ids[0]);
    CHECK(words.first == ids[1]);
    run.farm.run();
    CHECK(unit::LoopbackFarm::value<int>(always, 0) == 1);
    CHECK(run.farm.hub->explain(squares.first).find("is done") != std::string::npos);
    CHECK(run.farm.hub->explain(words.first).find("is done") != std::string::npos);
  }
  CHECK(number_in(file, "SELECT count(*) FROM tasks WHERE kind = 'direct'") == 3);
  CHECK(number_in(file, "SELECT count(*) FROM tasks WHERE kind = 'balanced'") == 14);
}

TEST_CASE("A call that is empty now is refused where the journal has one with inputs") {
  const unit::Folder folder;
  const std::string file = folder.file("journal");
  {
    JournaledRun run(file);
    run.farm.map(farm::kernel<&unit::square>, unit::counted(3));
    run.farm.run();
  }
  JournaledRun run(file);
  CHECK_THROWS_AS(run.farm.map(farm::kernel<&unit::square>, std::vector<int>{}),
                  farm::JournalError);
}
