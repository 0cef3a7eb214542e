#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// What a log of commands says: a row per number, the texts left in the file.
class History {
 public:
  struct Row {
    std::uint64_t seq = 0;
    std::uint64_t digest = 0;       ///< of the command's text in the log, the last with this number
    std::uint64_t offset : 63 = 0;  ///< of its line in the file
    std::uint64_t good : 1 = 0;     ///< some line with this number was good
  };

  /// Nothing is in it.
  History() = default;
  /// Reads the log at `path`, and keeps it open. Throws std::runtime_error with the path, and for a
  /// line that is none of a log its number. A torn last line is left out.
  explicit History(const std::string& path);
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  /// In the order of their numbers, each once.
  const std::vector<Row>& rows() const { return rows_; }
  /// Null: the log has no such number.
  const Row* find(std::uint64_t seq) const;
  /// The command, with its line breaks. Reads the file.
  std::string command(const Row& row) const;
  bool torn() const { return torn_; }

  static std::uint64_t digest(std::string_view text);

 private:
  void read(std::FILE* file);
  void add(std::string_view line, std::uint64_t offset, std::uint64_t number);
  void settle();

  std::string path_;
  std::FILE* file_ = nullptr;
  std::vector<Row> rows_;
  std::size_t settled_ = 0;
  bool torn_ = false;
};

}  // namespace app
