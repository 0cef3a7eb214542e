// What a client can ask of the records: with a journal and without one the answers are the same.

#include <algorithm>

#include "journal_bed.hpp"
#include "threaded_farm.hpp"

namespace {

using farm::Key;
using farm::Query;
using farm::TaskStatus;

// A farm with a journal, or without.
struct Recorded {
  explicit Recorded(bool with_journal, farm::TaskOptions defaults = {}) {
    if (with_journal) journal.emplace(unit::journal_setup(folder.file("journal")));
    farm.emplace(2, true, std::move(defaults), journal ? &*journal : nullptr);
  }

  farm::Client& client() { return farm->client; }
  std::size_t count(const Query& query) { return client().query(query).size(); }

  unit::Folder folder;
  std::optional<farm::records::Journal> journal;
  std::optional<unit::ThreadedFarm> farm;
};

std::vector<farm::TaskId> ids_of(const std::vector<farm::TaskRecord>& records) {
  std::vector<farm::TaskId> ids;
  for (const farm::TaskRecord& record : records) ids.push_back(record.id);
  return ids;
}

template <class Handle>
void ignore_errors(const Handle& handle) {
  try {
    handle.get();
  } catch (const farm::Error&) {
  }
}

}  // namespace

TEST_CASE("Every task appears once in the history, in the order of submission", "[b144]") {
  const bool with_journal = GENERATE(false, true);
  CAPTURE(with_journal);
  Recorded recorded(with_journal);
  const auto view = recorded.client().load_balanced();
  std::vector<farm::TaskId> ids;
  const auto map = view.map(farm::kernel<&unit::square>, unit::counted(5));
  for (std::size_t i = 0; i < 5; ++i) ids.push_back(map.info(i).id);
  for (int i = 0; i < 3; ++i) {
    ids.push_back(view.apply(farm::kernel<&unit::square>, i).info().id);  // nobody keeps it
  }
  const auto direct = recorded.client().direct().apply(farm::kernel<&unit::square>, 3);
  for (std::size_t i = 0; i < 2; ++i) ids.push_back(direct.info(i).id);
  CHECK(recorded.client().history() == ids);
  recorded.client().wait();
  CHECK(recorded.client().history() == ids);
  CHECK(recorded.count(Query().status(TaskStatus::done)) == 10);
}

TEST_CASE("A record says who ran a task, when, and what came of it") {
  const bool with_journal = GENERATE(false, true);
  CAPTURE(with_journal);
  Recorded recorded(with_journal);
  const auto view = recorded.client().load_balanced().with({.chunk = 1, .retries = 2});
  const auto map = view.map(farm::kernel<&unit::odd_fails>, std::vector<int>{2, 3});
  map.wait();
  const auto records = recorded.client().query(Query());
  REQUIRE(records.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const farm::TaskInfo info = map.info(i);
    CHECK(records[i].id == info.id);
    CHECK(records[i].call == map.info(0).id);
    CHECK(records[i].kernel == "unit::odd_fails");
    CHECK(records[i].kind == "balanced");
    CHECK(records[i].engine == info.engine);
    CHECK(records[i].host == info.host);
    CHECK(records[i].attempt == (i == 0 ? 1 : 3));
    CHECK(records[i].submitted == info.submitted);
    CHECK(records[i].started == info.started);
    CHECK(records[i].completed == info.completed);
    CHECK(records[i].received == info.received);
  }
  CHECK(records[0].status == TaskStatus::done);
  CHECK(records[1].status == TaskStatus::failed);
  CHECK(records[1].error == "failed: std::runtime_error: odd: 3");
  ignore_errors(map);
}

TEST_CASE("A time splits the records without loss, and is found exactly", "[b146]") {
  const bool with_journal = GENERATE(false, true);
  Recorded recorded(with_journal);
  const auto view = recorded.client().load_balanced();
  std::vector<farm::AsyncResult<int>> results;
  for (int i = 0; i < 10; ++i) results.push_back(view.apply(farm::kernel<&unit::square>, i));
  recorded.client().wait();
  for (const Key key : {Key::submitted, Key::completed}) {
    const auto info = results[4].info();
    const farm::Time at = key == Key::submitted ? *info.submitted : *info.completed;
    const auto before = recorded.client().query(Query().before(key, at));
    const auto since = recorded.client().query(Query().since(key, at));
    CHECK(before.size() + since.size() == 10);
    const auto exact = ids_of(recorded.client().query(Query().at(key, at)));
    CHECK(std::ranges::find(exact, info.id) != exact.end());
  }
  CHECK_THROWS_AS(Query().at(Key::label, farm::Time()), std::invalid_argument);
}

TEST_CASE("In and not in are complementary", "[b147]") {
  const bool with_journal = GENERATE(false, true);
  Recorded recorded(with_journal);
  const auto view = recorded.client().load_balanced();
  std::vector<farm::TaskId> all;
  for (int i = 0; i < 10; ++i) {
    all.push_back(view.apply(farm::kernel<&unit::square>, i).info().id);
  }
  recorded.client().wait();
  const std::vector<farm::TaskId> some{all[7], all[2]};
  CHECK(ids_of(recorded.client().query(Query().in(some))) == std::vector{all[2], all[7]});
  CHECK(recorded.count(Query().not_in(some)) == 8);
  CHECK(recorded.count(Query().in({})) == 0);
  CHECK(recorded.count(Query().limit(3)) == 3);
}

TEST_CASE("A query answers the keys that it asks for and the id, and no results by itself",
          "[b148]") {
  const bool with_journal = GENERATE(false, true);
  Recorded recorded(with_journal);
  const auto map =
      recorded.client().load_balanced().map(farm::kernel<&unit::square>, std::vector<int>{3, 4});
  map.wait();
  const auto keyed = recorded.client().query(Query().keys({Key::engine, Key::result}));
  REQUIRE(keyed.size() == 2);
  CHECK(keyed[1].id == map.info(1).id);
  CHECK(keyed[1].engine == map.info(1).engine);
  CHECK(keyed[1].kernel.empty());
  CHECK_FALSE(keyed[1].submitted);
  REQUIRE(keyed[1].result);
  farm::Reader reader(*keyed[1].result);
  CHECK(farm::unpack<int>(reader) == 16);
  CHECK_FALSE(recorded.client().query(Query())[0].result);
}

TEST_CASE("Nothing has no id, and everything has one", "[b150]") {
  const bool with_journal = GENERATE(false, true);
  Recorded recorded(with_journal);
  recorded.client().load_balanced().map(farm::kernel<&unit::square>, unit::counted(4)).wait();
  CHECK(recorded.count(Query().without(Key::id)) == 0);
  CHECK(recorded.count(Query().with(Key::id)) == 4);
  CHECK(recorded.count(Query().without(Key::error)) == 4);
  CHECK(recorded.count(Query().with(Key::error)) == 0);
}

TEST_CASE("A record is a copy, which nothing changes later", "[b151]") {
  const bool with_journal = GENERATE(false, true);
  Recorded recorded(with_journal);
  const unit::Gate gate;
  const auto result = recorded.client().load_balanced().apply(farm::kernel<&unit::Gate::pass>, 1);
  auto records = recorded.client().query(Query());
  unit::Gate::open = true;
  result.wait();
  REQUIRE(records.size() == 1);
  CHECK(records[0].status == TaskStatus::pending);
  records[0].kernel = "another";
  CHECK(recorded.client().query(Query())[0].kernel == "unit::Gate::pass");
}

TEST_CASE("The queue status counts what engines have, and is zero when nothing is left", "[b154]") {
  Recorded recorded(false);
  farm::Client& client = recorded.client();
  const auto zero = [&] {
    const farm::QueueStatus status = client.queue_status();
    return status.unassigned == 0 && std::ranges::all_of(status.engines, [](const auto& engine) {
             return engine.queue == 0 && engine.tasks == 0;
           });
  };
  CHECK(zero());
  {
    const unit::Gate gate;
    const auto map = client.load_balanced()
                         .with({.chunk = 1, .hwm = 2})
                         .map(farm::kernel<&unit::Gate::pass>, unit::counted(10));
    REQUIRE(unit::eventually([] { return unit::Gate::waiting == 2; }));
    const auto direct = client.direct().apply(farm::kernel<&unit::square>, 1);
    const farm::QueueStatus status = client.queue_status();
    REQUIRE(status.engines.size() == 2);
    CHECK(status.unassigned == 6);
    for (const auto& engine : status.engines) {
      CHECK(engine.tasks == 2);
      CHECK(engine.queue == 1);
      CHECK(engine.completed == 0);
    }
    unit::Gate::open = true;
    client.wait();
  }
  CHECK(zero());
  std::uint64_t completed = 0;
  for (const auto& engine : client.queue_status().engines) completed += engine.completed;
  CHECK(completed == 12);

  // Retries are no reason to count wrong.
  ignore_errors(client.load_balanced()
                    .with({.chunk = 1, .retries = 3})
                    .map(farm::kernel<&unit::odd_fails>, unit::counted(6)));
  CHECK(zero());
}

TEST_CASE("The result of a task that somebody else submitted comes with equal times", "[b155]") {
  const bool with_journal = GENERATE(false, true);
  CAPTURE(with_journal);
  Recorded recorded(with_journal);
  farm::Client& client = recorded.client();
  const auto view = client.load_balanced();
  const auto mine = view.map(farm::kernel<&unit::square>, unit::counted(10));
  const farm::TaskId dropped = view.apply(farm::kernel<&unit::repeat>, 3).info().id;
  client.wait();
  const auto other = client.result<int>(mine.info(7).id);
  CHECK(other.get() == 49);
  CHECK(other.info().id == mine.info(7).id);
  CHECK(other.info().submitted == mine.info(7).submitted);
  CHECK(other.info().started == mine.info(7).started);
  CHECK(other.info().completed == mine.info(7).completed);
  CHECK(other.info().received == mine.info(7).received);
  CHECK(other.info().engine == mine.info(7).engine);
  CHECK(client.result<std::string>(dropped).get() == "aaa");
  CHECK_THROWS_AS(client.result<char>(mine.info(7).id), std::invalid_argument);
  CHECK_THROWS_AS(client.result<int>(farm::TaskId{12345}), std::out_of_range);
  {
    const unit::Gate gate;
    const auto running = view.apply(farm::kernel<&unit::Gate::pass>, 5);
    const auto early = client.result<int>(running.info().id);
    CHECK_FALSE(early.ready());
    unit::Gate::open = true;
    CHECK(early.get() == 5);
  }
  const auto failing = view.apply(farm::kernel<&unit::odd_fails>, 1);
  failing.wait();
  CHECK_THROWS_AS(client.result<int>(failing.info().id).get(), farm::RemoteError);
  ignore_errors(failing);
}

TEST_CASE("Resubmit runs a task again under a new id, and links the old one to it", "[b156]") {
  const bool with_journal = GENERATE(false, true);
  CAPTURE(with_journal);
  Recorded recorded(with_journal);
  farm::Client& client = recorded.client();
  const auto view = client.load_balanced().with({.chunk = 1, .hwm = 1, .label = "again"});
  const auto map = view.map(farm::kernel<&unit::square>, std::vector<int>{2, 3});
  map.wait();
  const auto again = client.resubmit<int>(map.info(1).id);
  CHECK(again.get() == 9);
  CHECK(again.info().id != map.info(1).id);
  const auto third = client.resubmit<int>(again.info().id);
  CHECK(third.get() == 9);
  const auto linked = client.query(Query().in({map.info(1).id, again.info().id}));
  REQUIRE(linked.size() == 2);
  CHECK(linked[0].again == again.info().id);
  CHECK(linked[1].again == third.info().id);
  CHECK(linked[1].label == "again");
  {
    const unit::Gate gate;
    std::vector<farm::AsyncResult<int>> held;
    for (int i = 0; i < 6; ++i) held.push_back(view.apply(farm::kernel<&unit::Gate::pass>, i));
    REQUIRE(unit::eventually([] { return unit::Gate::waiting == 2; }));
    REQUIRE(client.abort(held[5].info().id));
    const auto aborted = client.resubmit<int>(held[5].info().id);
    const auto in_flight = client.resubmit<int>(held[0].info().id);
    unit::Gate::open = true;
    CHECK(aborted.get() == 5);
    CHECK(in_flight.get() == 0);
    CHECK(held[0].get() == 0);
  }
  const auto bound = view.apply(farm::bind(farm::kernel<&unit::plus>, std::vector<int>{40}), 2);
  bound.wait();
  CHECK_THROWS_AS(client.resubmit<int>(farm::TaskId{12345}), std::out_of_range);
  client.wait();
}

TEST_CASE("Labels set by view, by scope and by flag are recorded", "[b158]") {
  const bool with_journal = GENERATE(false, true);
  CAPTURE(with_journal);
  farm::TaskOptions defaults;
  defaults.label = "run";
  Recorded recorded(with_journal, defaults);
  farm::Client& client = recorded.client();
  const auto view = client.load_balanced();
  const auto labelled = view.with({.label = "view"});
  view.map(farm::kernel<&unit::square>, unit::counted(2));
  {
    const auto outer = client.label("outer");
    view.map(farm::kernel<&unit::square>, unit::counted(3));
    {
      const auto inner = client.label("inner");
      view.map(farm::kernel<&unit::square>, unit::counted(4));
      labelled.map(farm::kernel<&unit::square>, unit::counted(5));
      client.direct().apply(farm::kernel<&unit::square>, 1);
    }
    view.map(farm::kernel<&unit::square>, unit::counted(3));
  }
  client.wait();
  CHECK(recorded.count(Query().label("run")) == 2);
  CHECK(recorded.count(Query().label("outer")) == 6);
  CHECK(recorded.count(Query().label("inner")) == 6);
  CHECK(recorded.count(Query().label("view")) == 5);
}

TEST_CASE("What is purged is not found any more", "[b145]") {
  const bool with_journal = GENERATE(false, true);
  CAPTURE(with_journal);
  Recorded recorded(with_journal);
  farm::Client& client = recorded.client();
  const auto view = client.load_balanced();
  const auto kept = view.map(farm::kernel<&unit::square>, unit::counted(4));
  const auto id = view.apply(farm::kernel<&unit::repeat>, 3).info().id;
  client.wait();
  CHECK(client.purge(Query().kernel("unit::repeat")) == 1);
  CHECK_FALSE(std::ranges::count(client.history(), id));
  CHECK_THROWS_AS(client.result<std::string>(id), std::out_of_range);
  CHECK_THROWS_AS(client.resubmit<std::string>(id), std::out_of_range);
  CHECK(client.purge(Query()) == 4);
  CHECK(client.history().empty());
  CHECK(kept.get() == std::vector<int>{0, 1, 4, 9});
  CHECK(client.purge(Query()) == 0);
}

TEST_CASE("Without a journal the last records stay, within bounds of number and size", "[b152]") {
  const auto batch = [](std::uint64_t task, std::size_t size) {
    auto made = std::make_unique<farm::hub::Batch>();
    made->first = farm::TaskId{task};
    made->count = 1;
    made->items = farm::Bytes(size);
    return made;
  };
  farm::hub::Past few({20, 1 << 20});
  for (std::uint64_t i = 0; i < 20; ++i) few.add(batch(i, 0));
  CHECK(few.size() == 20);
  few.add(batch(20, 0));
  CHECK(few.size() == 17);
  CHECK(few.find(farm::TaskId{3}) == nullptr);
  CHECK(few.find(farm::TaskId{4}) != nullptr);

  farm::hub::Past small({1000, 100'000});
  for (std::uint64_t i = 0; i < 100; ++i) {
    small.add(batch(i, 5000));
    CHECK(small.bytes() <= 100'000);
  }
  CHECK(small.size() >= 14);
  CHECK(small.find(farm::TaskId{99}) != nullptr);
  const std::size_t before = small.bytes();
  CHECK(small.drop([](farm::hub::Batch& one) { return one.first == farm::TaskId{99}; }) == 1);
  CHECK(before - small.bytes() == sizeof(farm::hub::Batch) + 5000);
  small.drop([](farm::hub::Batch&) { return true; });
  CHECK(small.bytes() == 0);
}
