#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "process/introduction.hpp"
#include "process/invitation.hpp"
#include "process/lifeline.hpp"
#include "process/watch.hpp"

using namespace farm::process;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t long_ns = 10'000 * ms;

template <class Done>
bool soon(Done&& done, int limit_ms = 5000) {
  const auto deadline = std::chrono::steady_clock::now() + milliseconds(limit_ms);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

// A hub, which listens on this host.
class Hub {
 public:
  explicit Hub(int engines, std::int64_t silence_ns = long_ns) : invitation_{{}, make_secret()} {
    Listeners listeners = listen_at({"127.0.0.1"});
    invitation_.endpoints = listeners.endpoints;
    watch_ = std::make_unique<Watch>(std::move(listeners), invitation_.secret, engines, silence_ns);
  }

  Descriptor connect(int rank, std::int64_t limit_ns = 5'000 * ms) const {
    return introduce(Invitation::of(invitation_.text()), rank, limit_ns);
  }
  const Invitation& invitation() const { return invitation_; }
  Watch& watch() { return *watch_; }
  void go_away() { watch_.reset(); }
  std::vector<Death> next_deaths(std::size_t count) {
    std::vector<Death> deaths;
    soon([&] {
      for (Death& death : watch_->take_deaths()) deaths.push_back(std::move(death));
      return deaths.size() >= count;
    });
    return deaths;
  }

 private:
  Invitation invitation_;
  std::unique_ptr<Watch> watch_;
};

// What an engine hears.
class Engine {
 public:
  explicit Engine(Descriptor socket, std::int64_t silence_ns = long_ns)
      : lifeline_(std::make_unique<Lifeline>(
            std::move(socket), silence_ns,
            Lifeline::Reactions{
                [this] { gone_ahead_ = true; }, [this](int rank) { died_ = rank; },
                [this](Lifeline::Parting why) { left_ = static_cast<int>(why); }})) {}

  bool gone_ahead() const { return gone_ahead_; }
  int died() const { return died_; }
  bool stays() const { return left_ == none; }
  bool left(Lifeline::Parting why) const { return left_ == static_cast<int>(why); }
  Lifeline& lifeline() { return *lifeline_; }
  void end() { lifeline_.reset(); }

 private:
  static constexpr int none = -1;

  std::atomic<bool> gone_ahead_ = false;
  std::atomic<int> died_ = 0;
  std::atomic<int> left_ = none;
  std::unique_ptr<Lifeline> lifeline_;
};

}  // namespace

TEST_CASE("an invitation is one line of text", "[unit][liveness]") {
  const Invitation invitation{{{"10.0.0.1", 1234}, {"fd00::7", 80}}, make_secret()};
  const Invitation read = Invitation::of(invitation.text());
  CHECK(read.endpoints == invitation.endpoints);
  CHECK(read.secret == invitation.secret);
  CHECK(make_secret() != make_secret());
  CHECK_THROWS_AS(Invitation::of(""), std::invalid_argument);
  CHECK_THROWS_AS(Invitation::of("zz"), std::invalid_argument);
  CHECK_THROWS_AS(Invitation::of(std::string(32, 'x')), std::invalid_argument);
}

TEST_CASE("a host is reached by an address that is not its own loopback", "[unit][liveness]") {
  CHECK(own_addresses(true) == std::vector<std::string>{"127.0.0.1"});
  for (const std::string& address : own_addresses(false)) {
    CHECK_FALSE(address.starts_with("127."));
    CHECK(listen_at({address}).sockets.size() == 1);
  }
  CHECK(listen_at({"192.0.2.1", "no address"}).sockets.empty());
}

TEST_CASE("engines arrive, and are told when all have", "[unit][liveness]") {
  Hub hub(2);
  Engine one(hub.connect(1));
  CHECK(hub.watch().arrived() == 1);
  Engine two(hub.connect(2));
  CHECK(hub.watch().arrived() == 2);
  CHECK_FALSE(one.gone_ahead());
  hub.watch().begin();
  CHECK(soon([&] { return one.gone_ahead() && two.gone_ahead(); }));
  CHECK(hub.watch().deaths() == 0);
}

TEST_CASE("the end of a connection is a death, which all others hear of at once",
          "[unit][liveness]") {
  Hub hub(3);
  Engine one(hub.connect(1));
  Engine three(hub.connect(3));
  Descriptor two = hub.connect(2);
  hub.watch().begin();
  const auto begin = std::chrono::steady_clock::now();
  two.reset();
  CHECK(hub.next_deaths(1) == std::vector<Death>{{2, "its side channel was closed"}});
  CHECK(std::chrono::steady_clock::now() - begin < milliseconds(100));
  CHECK(hub.watch().deaths() == 1);
  CHECK(soon([&] { return one.died() == 2 && three.died() == 2; }));
  CHECK(one.stays());
}

TEST_CASE("a supervisor's word says how an engine ended", "[unit][liveness]") {
  Hub hub(1);
  Descriptor one = hub.connect(1);
  say(one.get(), Word::ending, 9);
  one.reset();
  CHECK(hub.next_deaths(1) == std::vector<Death>{{1, "its process ended: SIGKILL (killed)", true}});
}

TEST_CASE("a hub that has gone is told from one that is there", "[unit][liveness]") {
  Hub hub(1);
  Invitation invitation = hub.invitation();
  CHECK(answers(invitation));
  hub.go_away();
  CHECK_FALSE(answers(invitation));
  // What cannot be reached from here does not answer either: a group address, no address at all.
  invitation.endpoints.push_back({"224.0.0.1", invitation.endpoints.front().port});
  invitation.endpoints.push_back({"nowhere.invalid.", 1});
  CHECK_FALSE(answers(invitation));
}

TEST_CASE("an engine may come later than the others", "[unit][liveness]") {
  Hub hub(1);
  Engine one(hub.connect(1));
  hub.watch().begin();
  CHECK_THROWS(hub.connect(2, 50 * ms));
  hub.watch().expect(2);
  auto two = std::make_unique<Engine>(hub.connect(2));
  CHECK(soon([&] { return two->gone_ahead(); }));
  two.reset();
  CHECK(hub.next_deaths(1) == std::vector<Death>{{2, "its side channel was closed"}});
  CHECK(soon([&] { return one.died() == 2; }));
}

TEST_CASE("an engine that is silent for too long is dead, and is told so", "[unit][liveness]") {
  Hub hub(2, 400 * ms);
  Engine one(hub.connect(1), 400 * ms);
  const Descriptor two = hub.connect(2);
  const std::vector<Death> deaths = hub.next_deaths(1);
  REQUIRE(deaths.size() == 1);
  CHECK(deaths[0].rank == 2);
  CHECK(deaths[0].why.starts_with("it has been silent for 0."));
  CHECK(soon([&] { return one.died() == 2; }));
  // When it wakes up it finds what it was told.
  Engine woken(Descriptor{dup(two.get())}, 400 * ms);
  CHECK(soon([&] { return woken.left(Lifeline::Parting::condemned); }));
  CHECK(hub.watch().deaths() == 1);
}

TEST_CASE("an engine that beats is not silent", "[unit][liveness]") {
  Hub hub(1, 300 * ms);
  Engine one(hub.connect(1), 300 * ms);
  std::this_thread::sleep_for(milliseconds(900));
  CHECK(hub.watch().deaths() == 0);
  CHECK(one.stays());
}

TEST_CASE("an engine leaves when the hub has gone", "[unit][liveness]") {
  Hub hub(1);
  Engine one(hub.connect(1));
  CHECK(answers(hub.invitation()));
  hub.go_away();
  CHECK_FALSE(answers(hub.invitation()));
  CHECK(soon([&] { return one.left(Lifeline::Parting::hub_gone); }));
}

TEST_CASE("an engine leaves when the hub is silent", "[unit][liveness]") {
  std::array<int, 2> ends{};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  const Descriptor hub(ends[1]);
  Engine one(Descriptor{ends[0]}, 200 * ms);
  CHECK(soon([&] { return one.left(Lifeline::Parting::hub_silent); }));
}

TEST_CASE("an engine that is condemned leaves and is dead once", "[unit][liveness]") {
  Hub hub(2);
  Engine one(hub.connect(1));
  Engine two(hub.connect(2));
  hub.watch().condemn(1, "it does not stop");
  hub.watch().condemn(1, "it does not stop");
  CHECK(hub.next_deaths(1) == std::vector<Death>{{1, "it does not stop"}});
  CHECK(soon([&] { return one.left(Lifeline::Parting::condemned); }));
  CHECK(soon([&] { return two.died() == 1; }));
  one.end();
  std::this_thread::sleep_for(milliseconds(20));
  CHECK(hub.watch().deaths() == 1);
}

TEST_CASE("after the last word nobody's end matters", "[unit][liveness]") {
  Hub hub(2);
  Engine one(hub.connect(1));
  Engine two(hub.connect(2));
  CHECK(one.lifeline().await_farewell(20 * ms) == Lifeline::Farewell::none);
  const bool stay = GENERATE(false, true);
  CHECK(hub.watch().dismiss(stay) == stay);
  const auto said = stay ? Lifeline::Farewell::stay : Lifeline::Farewell::finish;
  CHECK(one.lifeline().await_farewell(5'000 * ms) == said);
  CHECK(two.lifeline().await_farewell(5'000 * ms) == said);
  one.end();
  std::this_thread::sleep_for(milliseconds(20));
  CHECK(hub.watch().deaths() == 0);
  CHECK(two.died() == 0);
  hub.go_away();
  std::this_thread::sleep_for(milliseconds(20));
  CHECK(two.stays());
}

TEST_CASE("the hub knows whether all engines have heard of the end", "[unit][liveness]") {
  Hub hub(2);
  Engine one(hub.connect(1));
  SECTION("all have") {
    Engine two(hub.connect(2));
    CHECK_FALSE(hub.watch().dismiss(false));
    CHECK(hub.watch().await_partings(5'000 * ms));
  }
  SECTION("one does not answer, and goes") {
    farm::process::Descriptor mute = hub.connect(2);
    CHECK_FALSE(hub.watch().dismiss(false));
    CHECK_FALSE(hub.watch().await_partings(50 * ms));
    mute.reset();
    CHECK_FALSE(hub.watch().await_partings(5'000 * ms));
  }
}

TEST_CASE("engines stay when one of them has died", "[unit][liveness]") {
  Hub hub(2);
  Engine one(hub.connect(1));
  hub.connect(2).reset();
  REQUIRE(hub.next_deaths(1).size() == 1);
  CHECK(hub.watch().dismiss(false));
  CHECK(one.lifeline().await_farewell(5'000 * ms) == Lifeline::Farewell::stay);
}

TEST_CASE("strangers are dropped", "[unit][liveness]") {
  Hub hub(2);
  Engine one(hub.connect(1));
  Invitation wrong = hub.invitation();
  wrong.secret[7] ^= 1U;
  CHECK_THROWS_WITH(introduce(wrong, 2, 50 * ms), Catch::Contains("turns it away"));
  CHECK(hub.watch().strangers() >= 1);
  // A rank that there is not, or is already.
  for (const int rank : {0, 3, -1, 1}) {
    const std::uint64_t before = hub.watch().strangers();
    CHECK_THROWS(hub.connect(rank, 50 * ms));
    CHECK(hub.watch().strangers() > before);
  }
  CHECK(hub.watch().deaths() == 0);
  CHECK(hub.watch().arrived() == 1);
  CHECK(one.stays());
}

TEST_CASE("who connects and says nothing is dropped", "[unit][liveness]") {
  Hub hub(1);
  // By the listener's own means: no introduction follows.
  const Invitation& invitation = hub.invitation();
  std::vector<Descriptor> silent;
  for (int i = 0; i < 100; ++i) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(invitation.endpoints[0].port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    silent.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(connect(silent.back().get(), reinterpret_cast<sockaddr*>(&address), sizeof address) ==
            0);
  }
  CHECK(soon([&] { return hub.watch().strangers() == 100; }));
  Engine one(hub.connect(1));
  CHECK(hub.watch().arrived() == 1);
}

TEST_CASE("the words of the side channel may come in parts", "[unit][liveness]") {
  Words words;
  std::vector<std::pair<Word, int>> taken;
  const auto take = [&](Word word, std::int32_t number) { taken.emplace_back(word, number); };
  const std::array<std::uint8_t, 7> bytes{'b', 'd', 3, 0, 0, 0, 'l'};
  for (const std::uint8_t byte : bytes) CHECK(words.add(&byte, 1, take));
  CHECK(taken ==
        std::vector<std::pair<Word, int>>{{Word::beat, 0}, {Word::death, 3}, {Word::leave, 0}});
  const std::uint8_t wrong = 'x';
  CHECK_FALSE(words.add(&wrong, 1, take));
}
