#pragma once
// Bytes that wait to be printed: in memory, and beyond a limit in a file.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "farm_app/run/descriptor.hpp"

namespace app {

/// Where bytes are in the file of a SpoolStore.
struct Extent {
  std::uint64_t offset = 0;
  std::size_t length = 0;
};

/// Some bytes that wait; each is given back to the store once.
using Piece = std::variant<std::string, Extent>;

/// What all spools share: the account of memory, and one unlinked temporary file. One file and not
/// one per command, because a hundred thousand commands may wait for the first.
class SpoolStore {
 public:
  explicit SpoolStore(std::size_t most_in_all) : most_in_all_(most_in_all) {}

  /// Whether so many more bytes fit in memory.
  bool fits(std::size_t bytes) const { return in_memory_ + bytes <= most_in_all_; }
  void count_in(std::size_t bytes) { in_memory_ += bytes; }

  /// Writes to the file. False: it cannot be written to, and nothing was kept.
  bool put(std::string_view text, Extent& extent);

  /// The bytes of a piece. May run beside every other call. Throws std::runtime_error if the file
  /// cannot be read.
  std::string read(const Piece& piece) const;

  /// The bytes are no longer needed; their room is free for others.
  void give_back(const Piece& piece);

  std::size_t in_memory() const { return in_memory_; }
  std::size_t in_file() const { return in_file_; }

 private:
  std::size_t most_in_all_;
  std::size_t in_memory_ = 0;
  std::size_t in_file_ = 0;
  std::uint64_t end_ = 0;  // of the file
  Descriptor file_;
  bool broken_ = false;
};

/// The bytes of one stream of one command that wait, in order.
class Spool {
 public:
  /// Keeps the bytes in memory while this spool holds at most `most` of them and the store has room
  /// for them, else in the file; in memory all the same if that fails.
  void append(std::string_view text, std::size_t most, SpoolStore& store);

  /// Takes up to `most` bytes (at least 1 of those that are there) from the front.
  Piece take(std::size_t most);

  void clear(SpoolStore& store);

  std::size_t size() const { return size_; }
  /// Bytes up to the end of the last whole line.
  std::size_t whole() const { return whole_; }

 private:
  void keep(std::string_view text, SpoolStore& store);

  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // of the pieces
  std::size_t size_ = 0;
  std::size_t whole_ = 0;
  std::size_t in_memory_ = 0;
};

}  // namespace app
