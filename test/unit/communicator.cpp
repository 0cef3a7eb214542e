#include "farm/communicator.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "communicator_checks.hpp"
#include "engine/communicator_port.hpp"
#include "transport/loopback_engine_comm.hpp"

namespace {

using farm::Communicator;

// The engines 10, 11 ... of a group, each in a thread during a call, as an engine would run them.
class Group {
 public:
  explicit Group(int n) : comms_(n) {
    std::vector<farm::EngineId> ids;
    ids.reserve(static_cast<std::size_t>(n));
    for (int rank = 0; rank < n; ++rank) ids.emplace_back(10 + rank);
    for (int rank = 0; rank < n; ++rank) {
      ends_.push_back(comms_.at(rank));
      ports_.push_back(std::make_unique<farm::engine::CommunicatorPort>(
          *ends_.back(), ids, farm::time::Silence::yield, &deaths_));
    }
  }

  // What each rank's kernel threw, "" for nothing. One rank may be in another call already.
  std::vector<std::string> run(std::uint64_t call, const std::function<void(Communicator&)>& f,
                               int ahead = -1) {
    std::vector<std::string> outcomes(ports_.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t rank = 0; rank < ports_.size(); ++rank) {
        threads.emplace_back([&, rank] {
          port(rank).begin(static_cast<int>(rank) == ahead ? call + 1 : call);
          outcomes[rank] = outcome(rank, f);
        });
      }
    }
    return outcomes;
  }

  farm::engine::CommunicatorPort& port(std::size_t rank) { return *ports_[rank]; }
  farm::engine::Deaths& deaths() { return deaths_; }

 private:
  std::string outcome(std::size_t rank, const std::function<void(Communicator&)>& f) {
    Communicator comm(port(rank));
    try {
      f(comm);
      return "";
    } catch (const farm::PeerError& error) {
      port(rank).failed();
      return "peer " + std::to_string(error.engine().rank());
    } catch (const std::exception& error) {
      port(rank).failed();
      return error.what();
    }
  }

  farm::engine::Deaths deaths_;
  farm::transport::LoopbackEngineComms comms_;
  std::vector<std::unique_ptr<farm::transport::EngineComm>> ends_;
  std::vector<std::unique_ptr<farm::engine::CommunicatorPort>> ports_;
};

using Outcomes = std::vector<std::string>;

Outcomes nothing_wrong(int n) { return Outcomes(static_cast<std::size_t>(n)); }

void fail_at(Communicator& comm, int rank) {
  if (comm.rank() == rank) throw std::runtime_error("broken");
}

}  // namespace

TEST_CASE("the communicator's verbs do what they say", "[unit][communicator]") {
  const int n = GENERATE(1, 2, 3, 5);
  const unit::CommunicatorCheck check = GENERATE(from_range(unit::communicator_checks));
  CAPTURE(n, check.name);
  Group group(n);
  CHECK(group.run(1, check.run) == nothing_wrong(n));
}

TEST_CASE("one group serves many calls", "[unit][communicator]") {
  Group group(3);
  std::uint64_t call = 0;
  for (int round = 0; round < 3; ++round) {
    for (const unit::CommunicatorCheck& check : unit::communicator_checks) {
      CAPTURE(check.name);
      CHECK(group.run(++call, check.run) == nothing_wrong(3));
    }
  }
}

TEST_CASE("a communicator knows its ranks and engines", "[unit][communicator]") {
  Group group(3);
  CHECK(group.run(1, [](Communicator& comm) {
    unit::require(comm.size() == 3, "size");
    unit::require(comm.engine(comm.rank()) == farm::EngineId(10 + comm.rank()), "engine");
  }) == nothing_wrong(3));
}

TEST_CASE("a port says once a call that MPI itself is used", "[unit][communicator]") {
  Group group(2);
  int told = 0;
  group.port(0).on_native([&told] { ++told; });
  const auto twice = [](Communicator& comm) {
    static_cast<void>(comm.native());
    static_cast<void>(comm.native());
  };
  group.run(1, twice);
  CHECK(told == 1);
  group.run(2, twice);
  CHECK(told == 2);
  group.run(3, [](Communicator& comm) { comm.barrier(); });
  CHECK(told == 2);
}

TEST_CASE("whoever waits for a failed kernel is told", "[unit][communicator]") {
  using Wait = void (*)(Communicator&);
  const Wait wait =
      GENERATE(Wait([](Communicator& comm) { comm.barrier(); }),
               Wait([](Communicator& comm) { comm.receive<int>(1); }),
               Wait([](Communicator& comm) { comm.receive<int>(farm::any_rank); }),
               Wait([](Communicator& comm) { comm.broadcast(1, 1); }),
               Wait([](Communicator& comm) { comm.all_gather(std::string("a")); }),
               Wait([](Communicator& comm) { comm.all_to_all(std::vector<int>(3)); }),
               Wait([](Communicator& comm) { comm.all_reduce(std::string("a"), std::plus<>()); }),
               Wait([](Communicator& comm) { comm.all_reduce(1.0, std::plus<>()); }),
               Wait([](Communicator& comm) {
                 while (true) comm.send(1, 1);
               }));
  Group group(3);
  const auto begin = std::chrono::steady_clock::now();
  const Outcomes outcomes = group.run(1, [&](Communicator& comm) {
    fail_at(comm, 1);
    wait(comm);
  });
  CHECK(outcomes == Outcomes{"peer 11", "broken", "peer 11"});
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}

TEST_CASE("a failure spoils the later calls, too", "[unit][communicator]") {
  Group group(3);
  const auto barrier = [](Communicator& comm) {
    fail_at(comm, 1);
    comm.barrier();
  };
  CHECK(group.run(1, barrier) == Outcomes{"peer 11", "broken", "peer 11"});
  CHECK(group.port(1).spoiled());
  const auto send = [](Communicator& comm) { comm.send(0, 1); };
  CHECK(group.run(2, send) == Outcomes{"peer 11", "peer 11", "peer 11"});
}

TEST_CASE("whoever waits for an engine that dies is told, then and later", "[unit][communicator]") {
  Group group(3);
  const Outcomes outcomes = group.run(1, [&](Communicator& comm) {
    if (comm.rank() == 1) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      group.deaths().add(99);  // who is not of the group
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      group.deaths().add(11);
      return;
    }
    comm.barrier();
  });
  CHECK(outcomes == Outcomes{"peer 11", "", "peer 11"});
  const auto send = [](Communicator& comm) { comm.send(0, 1); };
  CHECK(group.run(2, send) == Outcomes{"peer 11", "peer 11", "peer 11"});
}

TEST_CASE("the failure of a later call is none yet", "[unit][communicator]") {
  Group group(2);
  std::atomic<bool> failed = false;
  const auto receive = [&](Communicator& comm) {
    if (comm.rank() == 1) {
      comm.send(0, std::string("of the later call"), 1);
      failed = true;
      throw std::runtime_error("broken");
    }
    while (!failed) std::this_thread::yield();
    // The notice is there: a wait that looks for it again and again goes on.
    comm.send(0, 1, 2);
    for (int i = 0; i < 100; ++i) comm.send(0, i);
    comm.receive<int>(0, 2);
  };
  CHECK(group.run(1, receive, 1) == Outcomes{"", "broken"});
  CHECK_FALSE(group.port(0).spoiled());
  group.port(0).begin(2);
  farm::Communicator comm(group.port(0));
  CHECK_THROWS_AS(comm.barrier(), farm::PeerError);
  CHECK_THROWS_AS(comm.send(0, 1), farm::PeerError);
}

TEST_CASE("messages stay within their call", "[unit][communicator]") {
  Group group(2);
  // Nobody receives these.
  CHECK(group.run(1, [](Communicator& comm) {
    comm.send(0, std::string("old"));
    comm.send(1, std::string("old"));
  }) == nothing_wrong(2));
  // Rank 1 is in call 3 already, rank 0 in call 2: it waits for a message that is for call 2.
  group.port(0).begin(2);
  group.port(1).begin(3);
  {
    Communicator ahead(group.port(1));
    ahead.send(0, std::string("third"));
  }
  Communicator comm(group.port(0));
  comm.send(0, std::string("second"));
  CHECK(comm.receive<std::string>(0) == "second");
  comm.send(0, std::string("to me"), 4);
  CHECK(comm.receive<std::string>(farm::any_rank, 4) == "to me");
  group.port(0).begin(3);
  CHECK(comm.receive<std::string>(farm::any_rank) == "third");
}

TEST_CASE("values of another type are refused", "[unit][communicator]") {
  Group group(2);
  const Outcomes outcomes = group.run(1, [](Communicator& comm) {
    if (comm.rank() == 0) comm.send(1, 1.0);
    if (comm.rank() == 1) comm.receive<int>(0);
  });
  CHECK(outcomes.at(1).find("different types") != std::string::npos);
}

TEST_CASE("elementwise operations combine vectors of one length", "[unit][communicator]") {
  const auto plus = farm::elementwise(std::plus<>());
  CHECK(plus(std::vector<int>{1, 2}, std::vector<int>{3, 4}) == std::vector<int>{4, 6});
  CHECK(plus(std::vector<short>{1}, std::vector<short>{3}) == std::vector<short>{4});
  CHECK(plus(std::array<int, 1>{1}, std::array<int, 1>{2}) == std::array<int, 1>{3});
  CHECK_THROWS_AS(plus(std::vector<int>{1}, std::vector<int>()), std::invalid_argument);
  CHECK(farm::minimum(2, 1) == 1);
  CHECK(farm::maximum(2, 1) == 2);
}
