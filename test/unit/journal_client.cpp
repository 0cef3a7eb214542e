// Resuming as a driver sees it: what was done is not run again, whatever verb submitted it.

#include "journal_bed.hpp"
#include "threaded_farm.hpp"

namespace {

// Counts its calls.
struct Counted {
  static inline std::atomic<int> calls{0};
  static int square(int x) {
    ++calls;
    return x * x;
  }
  static int add(int x, int y) {
    ++calls;
    return x + y;
  }
  static std::vector<int> make(int n) {
    ++calls;
    return std::vector<int>(static_cast<std::size_t>(n), n);
  }
  static int sum(const std::vector<int>& values) {
    ++calls;
    return static_cast<int>(values.size()) * values.front();
  }
};

// Runs the driver twice on one journal; how many kernels the second run has called.
template <class Drive>
int calls_of_second_run(Drive&& drive) {
  const unit::Folder folder;
  int calls = 0;
  for (int round = 0; round < 2; ++round) {
    farm::records::Journal journal(unit::journal_setup(folder.file("journal")));
    unit::ThreadedFarm farm(2, true, {}, &journal);
    Counted::calls = 0;
    drive(farm.client);
    farm.client.wait();
    calls = Counted::calls;
  }
  return calls;
}

}  // namespace

TEST_CASE("A lazy map that was run before is read in the same chunks, and runs nothing") {
  std::vector<std::uint64_t> submitted;
  CHECK(calls_of_second_run([&](farm::Client& client) {
          const auto inputs = unit::counted(5000);
          const auto map = client.load_balanced().imap(farm::kernel<&Counted::square>, inputs);
          int i = 0;
          for (const int value : map) {
            CHECK(value == i * i);
            ++i;
          }
          CHECK(i == 5000);
        }) == 0);
}

TEST_CASE("What depends on results of an earlier run is itself taken from it") {
  CHECK(calls_of_second_run([](farm::Client& client) {
          const auto view = client.load_balanced();
          const auto two = view.apply(farm::kernel<&Counted::square>, 2);
          const auto five = view.apply(farm::kernel<&Counted::add>, two, 1);
          const auto six =
              view.with({.after = farm::all_of(five)}).apply(farm::kernel<&Counted::add>, 1, five);
          CHECK(six.get() == 6);
        }) == 0);
}

TEST_CASE("A continuation's calls are taken from an earlier run, in whatever order they come") {
  CHECK(calls_of_second_run([](farm::Client& client) {
          const auto view = client.load_balanced();
          std::vector<farm::AsyncResult<int>> all;
          std::mutex mutex;
          for (int i = 0; i < 20; ++i) {
            view.apply(farm::kernel<&Counted::square>, i).then([&, view](int value) {
              const std::lock_guard lock(mutex);
              all.push_back(view.apply(farm::kernel<&Counted::add>, value, 1));
              return value;
            });
          }
          client.wait();
          int sum = 0;
          for (const auto& one : all) sum += one.get();
          CHECK(sum == 2470 + 20);
        }) == 0);
}

TEST_CASE("A kept value is made anew in each run, and tasks on it are not run again") {
  CHECK(calls_of_second_run([](farm::Client& client) {
          const auto view = client.load_balanced();
          const auto kept = view.apply_kept(farm::kernel<&Counted::make>, 3);
          const auto sum = view.apply(farm::kernel<&Counted::sum>, kept);
          CHECK(sum.get() == 9);
          kept.wait();
        }) == 1);
}

TEST_CASE("A result of an earlier run knows where and when it was made") {
  const unit::Folder folder;
  std::optional<farm::TaskInfo> first;
  farm::Seconds serial{0};
  for (int round = 0; round < 2; ++round) {
    farm::records::Journal journal(unit::journal_setup(folder.file("journal")));
    // The second run has fewer engines: the one that made it may be gone.
    unit::ThreadedFarm farm(2 - round, true, {}, &journal);
    const auto view = farm.client.load_balanced().with({.chunk = 1});
    const auto map = view.map(farm::kernel<&Counted::square>, unit::counted(10));
    map.wait();
    int at = 0;
    for (const auto& outcome : map.as_completed()) {
      CHECK(outcome.ok());
      ++at;
    }
    CHECK(at == 10);
    const farm::TaskInfo info = map.info(7);
    if (!first) {
      first = info;
      serial = map.serial_time();
    }
    CHECK(info.id == first->id);
    CHECK(info.engine == first->engine);
    CHECK(info.host == first->host);
    CHECK(info.attempt == 1);
    CHECK(info.submitted == first->submitted);
    CHECK(info.started == first->started);
    CHECK(info.completed == first->completed);
    CHECK(info.received == first->received);
    CHECK(map.serial_time() == serial);
    CHECK(map.wall_time() < farm::Seconds{60});
    CHECK(map.successful());
  }
}
