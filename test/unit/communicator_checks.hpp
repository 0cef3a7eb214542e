#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "farm/communicator.hpp"

namespace unit {

/// What every communicator of any size must do: each function is run by all engines of a group and
/// throws std::logic_error, saying what was wrong, on the engine that saw it.

inline void require(bool condition, const std::string& what) {
  if (!condition) throw std::logic_error(what);
}

inline std::string word(int rank) { return std::string(static_cast<std::size_t>(rank), 'x') + "."; }

/// An uneven vector, empty at rank 0.
inline std::vector<double> ramp(int rank) {
  std::vector<double> values(static_cast<std::size_t>(rank) * 300);
  std::iota(values.begin(), values.end(), rank);
  return values;
}

inline void check_messages(farm::Communicator& comm) {
  const int n = comm.size();
  const int right = (comm.rank() + 1) % n;
  const int left = (comm.rank() + n - 1) % n;
  // All send first, to themselves if n is 1: none of it may wait for the receiver.
  comm.send(right, std::vector<int>(750'000, comm.rank()), 7);
  comm.send(right, comm.rank());
  comm.send(right, word(comm.rank()), 9999);
  comm.send(right, std::vector<std::string>());
  require(comm.receive<std::string>(left, 9999) == word(left), "tags select");
  require(comm.receive<int>(left) == left, "a number arrives");
  require(comm.receive<std::vector<std::string>>(left).empty(), "in order of sending");
  require(comm.receive<std::vector<int>>(left, 7) == std::vector<int>(750'000, left), "3 MB");
  for (int i = 0; i < 100; ++i) comm.send(right, i, 1);
  for (int i = 0; i < 100; ++i) require(comm.receive<int>(left, 1) == i, "order");
}

inline void check_any_rank(farm::Communicator& comm) {
  comm.send(0, comm.rank(), 3);
  if (comm.rank() != 0) return;
  std::vector<bool> seen(static_cast<std::size_t>(comm.size()));
  for (int i = 0; i < comm.size(); ++i) {
    int source = -5;
    const int value = comm.receive<int>(farm::any_rank, 3, source);
    require(value == source, "the source is told");
    seen.at(static_cast<std::size_t>(value)) = true;
  }
  require(seen == std::vector<bool>(seen.size(), true), "from everybody");
}

inline void check_broadcast(farm::Communicator& comm) {
  for (int root = 0; root < comm.size(); ++root) {
    comm.barrier();
    require(comm.broadcast(comm.rank() * 2.5, root) == root * 2.5, "broadcast a number");
    require(comm.broadcast(word(comm.rank()), root) == word(root), "broadcast a string");
    require(comm.broadcast(ramp(comm.rank()), root) == ramp(root), "broadcast a vector");
    const auto pointer = comm.broadcast(std::make_unique<int>(comm.rank()), root);
    require(*pointer == root, "broadcast what cannot be copied");
  }
}

inline void check_gather(farm::Communicator& comm) {
  std::vector<std::vector<double>> ramps;
  std::vector<int> ranks;
  for (int rank = 0; rank < comm.size(); ++rank) {
    ramps.push_back(ramp(rank));
    ranks.push_back(rank);
  }
  for (int root = 0; root < comm.size(); ++root) {
    const bool here = comm.rank() == root;
    require(comm.gather(ramp(comm.rank()), root) == (here ? ramps : decltype(ramps)()), "gather");
    require(comm.gather(comm.rank(), root) == (here ? ranks : decltype(ranks)()), "gather ints");
  }
  require(comm.all_gather(ramp(comm.rank())) == ramps, "all_gather");
  require(comm.all_gather(comm.rank()) == ranks, "all_gather numbers");
  const auto nothing = comm.all_gather(std::vector<int>());
  require(nothing == std::vector<std::vector<int>>(ranks.size()), "all_gather nothing");
}

inline void check_all_to_all(farm::Communicator& comm) {
  std::vector<std::string> words;
  std::vector<std::string> expected;
  std::vector<std::int64_t> numbers;
  std::vector<std::int64_t> transposed;
  for (int rank = 0; rank < comm.size(); ++rank) {
    words.push_back(word(comm.rank()) + word(rank));
    expected.push_back(word(rank) + word(comm.rank()));
    numbers.push_back(comm.rank() * 100 + rank);
    transposed.push_back(rank * 100 + comm.rank());
  }
  require(comm.all_to_all(words) == expected, "all_to_all");
  require(comm.all_to_all(numbers) == transposed, "all_to_all of numbers");
  std::vector<bool> odd(words.size());
  for (std::size_t i = 0; i < odd.size(); ++i) odd[i] = i % 2 == 1;
  require(comm.all_to_all(odd) == std::vector<bool>(odd.size(), comm.rank() % 2 == 1), "of bools");
}

inline void check_number_reductions(farm::Communicator& comm) {
  const int n = comm.size();
  const int rank = comm.rank();
  require(comm.all_reduce(rank + 1, std::plus<>()) == n * (n + 1) / 2, "sum");
  require(comm.all_reduce(rank + 0.5, farm::maximum) == n - 0.5, "maximum");
  require(comm.all_reduce(static_cast<std::int8_t>(-rank), farm::minimum) == 1 - n, "minimum");
  require(comm.all_reduce(2ULL, std::multiplies<>()) == 1ULL << static_cast<unsigned>(n),
          "product");
  require(comm.all_reduce(1U << static_cast<unsigned>(rank), std::bit_or<>()) ==
              (1U << static_cast<unsigned>(n)) - 1U,
          "bits");
  require(comm.all_reduce(rank != 1, std::logical_and<>()) == (n < 2), "logical");
  require(comm.all_reduce(true, std::plus<>()), "a sum of truth values");
  require(comm.all_reduce(1.0L, std::plus<long double>()) == n, "long double");
  require(comm.scan(rank + 1, std::plus<int>()) == (rank + 1) * (rank + 2) / 2, "scan");
  for (int root = 0; root < n; ++root) {
    const int sum = comm.reduce(rank, std::plus<>(), root);
    require(rank != root || sum == n * (n - 1) / 2, "reduce");
  }
}

inline void check_elementwise(farm::Communicator& comm) {
  const int n = comm.size();
  const int rank = comm.rank();
  const auto plus = farm::elementwise(std::plus<>());
  const std::vector<double> ones(1000, 1.0);
  require(comm.all_reduce(ones, plus) == std::vector<double>(1000, n), "a vector's sum");
  require(comm.scan(ones, plus) == std::vector<double>(1000, rank + 1), "a vector's scan");
  require(comm.all_reduce(std::vector<int>(), plus).empty(), "an empty vector's sum");
  const std::array<int, 2> pair{rank, -rank};
  require(comm.all_reduce(pair, farm::elementwise(farm::maximum)) == std::array<int, 2>{n - 1, 0},
          "an array's maximum");
  const std::vector<std::string> words{word(rank), "a"};
  const auto joined = comm.all_reduce(words, plus);
  require(joined.at(1) == std::string(static_cast<std::size_t>(n), 'a'), "not only of numbers");
  const auto both = farm::elementwise(std::logical_and<>());
  require(
      comm.all_reduce(std::vector<bool>{true, rank == 0}, both) == std::vector<bool>{true, n == 1},
      "vector<bool>");
  bool refused = false;
  try {
    comm.all_reduce(ramp(rank), plus);
  } catch (const std::invalid_argument&) {
    refused = true;
  }
  require(refused == (n > 1), "vectors of different lengths are refused everywhere");
  require(comm.all_reduce(1, std::plus<>()) == n, "and no harm is done");
}

inline void check_reductions_in_rank_order(farm::Communicator& comm) {
  std::string all;
  std::string up_to_here;
  for (int rank = 0; rank < comm.size(); ++rank) {
    all += std::to_string(rank);
    if (rank <= comm.rank()) up_to_here += std::to_string(rank);
  }
  int calls = 0;
  const auto join = [&calls](const std::string& a, const std::string& b) {
    ++calls;
    return a + b;
  };
  const std::string own = std::to_string(comm.rank());
  require(comm.all_reduce(own, join) == all, "all_reduce");
  require(comm.scan(own, join) == up_to_here, "scan");
  require(comm.reduce(own, std::plus<>(), comm.size() - 1) ==
              (comm.rank() == comm.size() - 1 ? all : ""),
          "reduce to the last");
  require(comm.size() == 1 || comm.rank() == 0 || calls > 0, "a stateful operation");
  const auto add = [](const std::unique_ptr<int>& a, const std::unique_ptr<int>& b) {
    return std::make_unique<int>(*a + *b);
  };
  require(*comm.all_reduce(std::make_unique<int>(1), add) == comm.size(), "move-only values");
}

template <class Call>
bool refuses(const Call& call) {
  try {
    call();
  } catch (const std::invalid_argument&) {
    return true;
  }
  return false;
}

inline void check_arguments(farm::Communicator& comm) {
  const int n = comm.size();
  require(refuses([&] { comm.send(n, 1); }), "rank n");
  require(refuses([&] { comm.send(-1, 1); }), "rank -1");
  require(refuses([&] { comm.send(0, 1, 10'000); }), "tag 10000");
  require(refuses([&] { comm.send(0, 1, -1); }), "tag -1");
  require(refuses([&] { comm.receive<int>(n); }), "from rank n");
  require(refuses([&] { comm.receive<int>(farm::any_rank, -1); }), "receive tag -1");
  require(refuses([&] { comm.broadcast(1, n); }), "root n");
  require(refuses([&] { comm.gather(1, -1); }), "root -1");
  require(refuses([&] { comm.reduce(1, std::plus<>(), n); }), "reduce to n");
  require(refuses([&] { comm.all_to_all(std::vector<int>(n + 1)); }), "n + 1 parts");
  require(refuses([&] { static_cast<void>(comm.engine(n)); }), "engine n");
}

struct CommunicatorCheck {
  const char* name;
  void (*run)(farm::Communicator&);
};

inline constexpr std::array<CommunicatorCheck, 9> communicator_checks{{
    {"messages", check_messages},
    {"any_rank", check_any_rank},
    {"broadcast", check_broadcast},
    {"gather", check_gather},
    {"all_to_all", check_all_to_all},
    {"number reductions", check_number_reductions},
    {"elementwise", check_elementwise},
    {"reductions in rank order", check_reductions_in_rank_order},
    {"arguments", check_arguments},
}};

}  // namespace unit
