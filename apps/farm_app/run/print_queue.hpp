#pragma once
// Which bytes of which command are printed next.

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "farm_app/run/printer_options.hpp"
#include "farm_app/run/spool.hpp"

namespace app {

/// The outputs of all commands under way. Neither writes nor locks: a Printer does.
class PrintQueue {
 public:
  /// One stream of a command.
  struct Stream {
    Spool spool;
    std::size_t due = 0;     ///< bytes that are written before others have their turn
    bool line_start = true;  ///< for the writer: the next byte begins a line
  };

  struct Entry {
    std::string tag;
    std::unique_ptr<std::array<Stream, 2>> streams;  ///< none: it has printed nothing
    int attempt = 0;
    bool expected = false;
    bool ended = false;
    bool queued = false;   ///< among those that are looked at
    bool served = false;   ///< has had its turn
    bool written = false;  ///< in part
  };

  /// What is to be written next. The entry stays where it is until the next call of next().
  struct Turn {
    Entry* entry = nullptr;  ///< null: nothing is
    std::size_t stream = 0;  ///< 0 or 1
    Piece piece;             ///< to be given back to store()
  };

  explicit PrintQueue(const PrinterOptions& options)
      : options_(options), store_(options.most_in_all) {}

  void expect(std::uint64_t key, std::string tag);
  void add(std::uint64_t key, int attempt, std::size_t stream, std::string_view text);
  void ended(std::uint64_t key, int attempt);
  Turn next();

  /// The commands that have ended and of which no bytes are left since this was last called.
  std::vector<std::uint64_t> take_gone() { return std::exchange(gone_, {}); }
  /// Whether next() has something to look at.
  bool waiting() const { return !queue_.empty(); }
  SpoolStore& store() { return store_; }
  const SpoolStore& store() const { return store_; }

 private:
  using Entries = std::map<std::uint64_t, Entry>;

  Entries::iterator find(std::uint64_t key);
  void look_at(Entries::iterator entry);
  std::size_t allowed(const Entry& entry, const Spool& spool) const;
  void supersede(Entry& entry, int attempt);
  bool start_turn(Entry& entry) const;
  void leave(Entries::iterator entry);

  PrinterOptions options_;
  SpoolStore store_;
  Entries entries_;
  std::deque<Entries::iterator> queue_;
  std::vector<std::uint64_t> gone_;
  std::uint64_t last_expected_ = 0;
  bool any_expected_ = false;
};

}  // namespace app
