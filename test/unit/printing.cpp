#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <numeric>

#include "threaded_farm.hpp"

using namespace std::chrono_literals;
using farm::Stream;
using unit::counted;
using unit::LoopbackFarm;
using unit::ThreadedFarm;

namespace unit::printing {

int say_number(farm::Engine& here, int x) {
  if (x % 3 == 0) return x;
  here.print(Stream::out, "number ");
  here.print(Stream::err, "task " + std::to_string(number(here.task())));
  here.print(Stream::out, std::to_string(x));
  here.publish(x);
  return x;
}

int say_again(farm::Engine& here, int x) {
  here.print(Stream::out, "attempt " + std::to_string(here.attempt()));
  if (here.attempt() < 3) throw std::runtime_error("not yet");
  return x;
}

// Byte i is i modulo 251.
std::string noise(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i % 251);
  return text;
}

std::uint64_t say_much(farm::Engine& here, std::uint64_t pieces) {
  const std::string piece = noise(251 * 1024);
  for (std::uint64_t i = 0; i < pieces; ++i) here.print(Stream::out, piece);
  return pieces * piece.size();
}

int say_and_wait(farm::Engine& here, int x) {
  here.print(Stream::out, "before");
  return Gate::pass(x);
}

int parent(farm::Engine& here, int x) {
  here.print(Stream::out, "parent ");
  const int child = here.submit(farm::kernel<&say_number>, x).get();
  here.print(Stream::out, "goes on");
  return child;
}

/// All that is handed to a watcher, by task and stream.
class Listener {
 public:
  explicit Listener(const farm::Client& client) : client_(&client) {
    client.watch_output([this](const farm::OutputPiece& piece) { take(piece); });
  }
  ~Listener() { client_->watch_output(nullptr); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string heard(farm::TaskId task, Stream stream) {
    const std::lock_guard lock(mutex_);
    return heard_[{task, stream}];
  }

 private:
  // Of another attempt: it begins again.
  void take(const farm::OutputPiece& piece) {
    const std::lock_guard lock(mutex_);
    std::string& text = heard_[{piece.task, piece.stream}];
    if (std::exchange(attempts_[piece.task], piece.attempt) != piece.attempt) text.clear();
    text += piece.text;
  }

  const farm::Client* client_;
  std::mutex mutex_;
  std::map<std::pair<farm::TaskId, Stream>, std::string> heard_;
  std::map<farm::TaskId, int> attempts_;
};

}  // namespace unit::printing

using unit::printing::Listener;

TEST_CASE("what a task prints is there before its result, in whatever order frames arrive",
          "[unit][engine][hub]") {
  const unsigned seed = GENERATE(range(0U, 30U));
  LoopbackFarm farm(3, seed);
  std::map<std::pair<farm::TaskId, Stream>, std::string> heard;
  const bool watched = seed % 2 == 0;
  if (watched) {
    farm.hub->watch_output([&](const farm::OutputPiece& piece) {
      CHECK(piece.attempt == 1);
      CHECK(piece.engine.rank() >= 1);
      heard[{piece.task, piece.stream}] += piece.text;
    });
  }
  farm::TaskOptions options;
  options.chunk = 1 + static_cast<int>(seed % 4);
  auto& batch = farm.map(farm::kernel<&unit::printing::say_number>, counted(40), options);
  farm.run();
  REQUIRE(LoopbackFarm::values<int>(batch) == counted(40));
  for (std::uint64_t i = 0; i < 40; ++i) {
    const farm::TaskId task{number(batch.first) + i};
    const farm::TaskOutput* kept = farm.hub->outputs().find(task);
    REQUIRE((kept != nullptr) == (!watched && i % 3 != 0));
    if (i % 3 == 0) continue;
    const std::string out = watched ? heard[{task, Stream::out}] : kept->out;
    const std::string err = watched ? heard[{task, Stream::err}] : kept->err;
    CHECK(out == "number " + std::to_string(i));
    CHECK(err == "task " + std::to_string(number(task)));
  }
}

TEST_CASE("a watcher is told of which attempt a text is", "[unit][client]") {
  ThreadedFarm farm(2);
  Listener listener(farm.client);
  const auto handle = farm.client.load_balanced()
                          .with({.retries = 2})
                          .map(farm::kernel<&unit::printing::say_again>, counted(5));
  handle.wait();
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(listener.heard(handle.info(i).id, Stream::out) == "attempt 3");
    CHECK(handle.output(i).out.empty());
  }
}

TEST_CASE("a task that prints more than the hub can take at once waits for it", "[unit][client]") {
  const bool progress_thread = GENERATE(true, false);
  ThreadedFarm farm(2, progress_thread);
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::size_t> most = 0;
  std::atomic<bool> wrong = false;
  std::map<farm::TaskId, std::uint64_t> at;
  farm.client.watch_output([&](const farm::OutputPiece& piece) {
    for (const char c : piece.text) {
      if (static_cast<unsigned char>(c) != at[piece.task]++ % 251) wrong = true;
    }
    bytes += piece.text.size();
    most = std::max(most.load(), farm.network.at(1).backlog(0));
  });
  const auto handle = farm.client.load_balanced().map(farm::kernel<&unit::printing::say_much>,
                                                      std::vector<std::uint64_t>{40, 41, 42, 43});
  const std::vector<std::uint64_t> sizes = handle.get();
  CHECK(bytes == std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0}));
  CHECK_FALSE(wrong);
  // Both engines may have seen that there is room.
  CHECK(most < (std::size_t{2} << 20));
  farm.client.watch_output(nullptr);
}

TEST_CASE("what is printed is heard while the task runs", "[unit][client]") {
  ThreadedFarm farm(1);
  Listener listener(farm.client);
  std::optional<unit::Gate> gate;
  gate.emplace();
  const auto handle =
      farm.client.load_balanced().apply(farm::kernel<&unit::printing::say_and_wait>, 1);
  const farm::TaskId task = handle.info().id;
  CHECK(unit::eventually([&] { return listener.heard(task, Stream::out) == "before"; }));
  CHECK_FALSE(handle.ready());
  gate.reset();
  handle.get();
}

TEST_CASE("a task that runs on top of another has an output of its own", "[unit][client]") {
  ThreadedFarm farm(1);
  Listener listener(farm.client);
  const auto handle = farm.client.load_balanced().map(farm::kernel<&unit::printing::parent>,
                                                      std::vector<int>{1, 2, 4});
  handle.get();
  std::string all;
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(listener.heard(handle.info(i).id, Stream::out) == "parent goes on");
  }
  for (std::uint64_t id = 0; id < 10; ++id) {
    const std::string text = listener.heard(farm::TaskId{id}, Stream::out);
    if (text.starts_with("number")) all += text;
  }
  CHECK(all.size() == std::string("number 1number 2number 4").size());
}
