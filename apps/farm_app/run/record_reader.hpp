#pragma once
// Lines of a file, a pipe or a file that grows, without waiting where there is none yet.

#include <cstdint>
#include <optional>
#include <string>

namespace app {

enum class Pull : std::uint8_t {
  got,
  not_yet,  ///< nothing at the moment
  end,
};

class RecordReader {
 public:
  struct Rules {
    char delimiter = '\n';
    /// A line break in quotation marks belongs to the record.
    bool csv = false;
    /// The end of a regular file is no end as long as the file has a name.
    bool follow = false;
  };

  /// Opens `file`; "-" is standard input, which stays open. Throws std::runtime_error.
  RecordReader(std::string file, Rules rules);
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  /// The next record without its delimiter; the last one needs none. Blocks for at most `patience`
  /// seconds, without limit if it is negative. Throws std::runtime_error if the file cannot be
  /// read, a record is longer than 64 MiB, or a quotation mark is opened and never closed.
  Pull next(std::string& record, double patience);

  /// For people: "standard input" for "-".
  const std::string& name() const { return name_; }
  /// Of the last record; counted from 1.
  std::uint64_t line() const { return line_; }
  /// Whether reading from its beginning again would find the same.
  bool regular() const { return regular_; }

 private:
  bool take(std::string& record, bool at_end);
  std::optional<std::size_t> find_end();
  std::string unclosed() const;
  Pull fill(double patience);
  bool wait(double patience) const;
  bool gone() const;

  std::string name_;
  Rules rules_;
  int fd_ = -1;
  bool regular_ = false;
  bool ended_ = false;
  std::string buffer_;
  std::size_t begin_ = 0;         // of what has not been taken
  std::size_t scanned_ = 0;       // up to there, no delimiter was found
  bool in_quotes_ = false;        // there
  std::uint64_t quote_line_ = 0;  // where the last one was opened
  std::uint64_t broken_ = 0;      // line breaks in the record up to there
  std::uint64_t line_ = 0;
  std::uint64_t breaks_ = 0;  // in the records up to here
};

}  // namespace app
