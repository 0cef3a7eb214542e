#pragma once
// What the question has in common on both sides: the operations, the data that moves, its check,
// the options and the row. Rank 0 is the root of every operation and keeps no share for itself.

#include <algorithm>
#include <array>
#include <cstddef>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clock.hpp"
#include "csv.hpp"
#include "options.hpp"
#include "statistics.hpp"

namespace bench {

using Data = std::vector<double>;

/// An operation and how much it moves: all of it to each engine (push), or a share of it to or from
/// each (scatter, gather).
struct Operation {
  const char* name;
  std::size_t bytes;
};
inline constexpr std::size_t mebibyte = std::size_t{1} << 20;
inline constexpr std::array operations{
    Operation{"push", 64 * mebibyte}, Operation{"push8", 8 * mebibyte},
    Operation{"scatter", 256 * mebibyte}, Operation{"gather", 256 * mebibyte}};

/// No two neighbours are equal, nor two rounds: what was left from the last round, or put in the
/// wrong place, is found out. Exact in a double.
inline double element(std::size_t i, int round) {
  return static_cast<double>(i) + 0.25 * static_cast<double>(round);
}

inline void fill(Data& data, std::size_t begin, int round) {
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = element(begin + i, round);
}

inline bool holds(const Data& data, std::size_t begin, int round) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] != element(begin + i, round)) return false;
  }
  return true;
}

/// Where the share of engine `k` of `engines` begins when `n` elements are shared out in order, the
/// first n mod engines getting one more.
inline std::size_t share_begin(std::size_t n, std::size_t engines, std::size_t k) {
  return k * (n / engines) + std::min(k, n % engines);
}

struct Collectives {
  std::string op = "push";
  std::size_t bytes = 0;
  int repeat = 5;

  void declare(Options& options) {
    options.add("op", op, "push, push8 (a smaller one), scatter or gather");
    options.add("bytes", bytes, "bytes in all, a multiple of 8; 0: as suits the operation");
    options.add("repeat", repeat, "timed rounds after one that is not; their median counts");
  }

  /// Sets `bytes` where nobody did. False, after a word on stderr if this rank `speaks`, if the
  /// options make no sense.
  bool complete(bool speaks = true) {
    const auto* const found =
        std::find_if(operations.begin(), operations.end(),
                     [this](const Operation& operation) { return op == operation.name; });
    if (found == operations.end() || bytes % sizeof(double) != 0 || repeat < 1) {
      if (speaks) {
        std::cerr << "collectives: --op is push, push8, scatter or gather, --bytes a multiple of "
                     "8 and --repeat 1 or more\n";
      }
      return false;
    }
    if (bytes == 0) bytes = found->bytes;
    return true;
  }

  bool pushes() const { return op == "push" || op == "push8"; }
  std::size_t elements() const { return bytes / sizeof(double); }

  /// Rounds 0 (which warms everything) to `repeat`: prepare(round), then move(), which alone is
  /// timed, then check(round), which says whether all data came right. Prints the row; returns the
  /// exit status.
  template <class Prepare, class Move, class Check>
  int time(const std::string& side, int np, Prepare prepare, Move move, Check check) const {
    std::vector<double> times;
    for (int round = 0; round <= repeat; ++round) {
      prepare(round);
      const Stopwatch watch;
      move();
      if (round > 0) times.push_back(watch.seconds());
      if (!check(round)) {
        std::cerr << "collectives: " << op << " brought wrong data in round " << round << '\n';
        return 1;
      }
    }
    const double seconds = median(times);
    Row row("collectives", side, np);
    row.add("op", op).add("bytes", bytes).add("ms", 1e3 * seconds);
    row.add("rate", 1e-9 * static_cast<double>(bytes) / seconds).print();
    return 0;
  }
};

}  // namespace bench
