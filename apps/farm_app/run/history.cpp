#include "farm_app/run/history.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>

#include "farm_app/run/joblog.hpp"

namespace app {

namespace {

// Lines of any length, with any bytes in them.
class Lines {
 public:
  explicit Lines(std::FILE* file) : file_(file) {}
  ~Lines() { std::free(text_); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  // With its end, if it has one; empty at the end of the file.
  std::string_view next() {
    const auto length = ::getline(&text_, &capacity_, file_);
    return length <= 0 ? std::string_view()
                       : std::string_view(text_, static_cast<std::size_t>(length));
  }

 private:
  std::FILE* file_;
  char* text_ = nullptr;
  std::size_t capacity_ = 0;
};

bool by_seq(const History::Row& a, const History::Row& b) {
  return a.seq != b.seq ? a.seq < b.seq : a.offset < b.offset;
}

}  // namespace

History::History(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "rbe")) {
  if (file_ == nullptr) {
    throw std::runtime_error("the log '" + path + "' cannot be read: " + std::strerror(errno));
  }
  try {
    read(file_);
  } catch (...) {
    std::fclose(file_);
    throw;
  }
}

History::~History() {
  if (file_ != nullptr) std::fclose(file_);
}

void History::read(std::FILE* file) {
  Lines lines(file);
  std::uint64_t offset = 0;
  std::uint64_t number = 0;
  for (std::string_view line = lines.next(); !line.empty(); line = lines.next()) {
    const std::size_t length = line.size();
    ++number;
    if (line.back() != '\n') {
      torn_ = true;
      // What has no line yet but a part of the header can only be the beginning of a log.
      if (number == 1 && !joblog_header.starts_with(line)) add(line, offset, number);
      break;
    }
    line.remove_suffix(1);
    // Again where somebody has joined logs.
    if (line != joblog_header) add(line, offset, number);
    offset += length;
  }
  if (std::ferror(file) != 0) {
    throw std::runtime_error("the log '" + path_ + "' cannot be read: " + std::strerror(errno));
  }
  settle();
}

void History::add(std::string_view line, std::uint64_t offset, std::uint64_t number) {
  const auto entry = number == 1 ? std::nullopt : parse_joblog_line(line);
  if (!entry) {
    throw std::runtime_error("'" + path_ + "' is no log of commands: line " +
                             std::to_string(number) + " is '" + std::string(line.substr(0, 80)) +
                             "'");
  }
  constexpr std::size_t few = 1U << 16U;
  if (rows_.size() > 2 * settled_ + few) settle();
  Row row;
  row.seq = entry->seq;
  row.digest = digest(entry->command);
  row.offset = offset & ~(std::uint64_t{1} << 63U);
  row.good = entry->good() ? 1 : 0;
  rows_.push_back(row);
}

// A row per number: the text of the last, and good if any was.
void History::settle() {
  std::sort(rows_.begin(), rows_.end(), by_seq);
  std::size_t kept = 0;
  for (Row row : rows_) {
    const bool again = kept > 0 && rows_[kept - 1].seq == row.seq;
    if (again && rows_[kept - 1].good != 0) row.good = 1;
    rows_[again ? kept - 1 : kept++] = row;
  }
  rows_.resize(kept);
  settled_ = kept;
}

const History::Row* History::find(std::uint64_t seq) const {
  const auto row = std::lower_bound(rows_.begin(), rows_.end(), seq,
                                    [](const Row& r, std::uint64_t s) { return r.seq < s; });
  return row == rows_.end() || row->seq != seq ? nullptr : &*row;
}

std::string History::command(const Row& row) const {
  Lines lines(file_);
  std::clearerr(file_);
  const bool there = ::fseeko(file_, static_cast<off_t>(row.offset), SEEK_SET) == 0;
  std::string_view line = there ? lines.next() : std::string_view();
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto entry = parse_joblog_line(line);
  if (!entry || entry->seq != row.seq) {
    throw std::runtime_error("the log '" + path_ + "' has changed while it was read");
  }
  return from_joblog_text(entry->command);
}

std::uint64_t History::digest(std::string_view text) { return std::hash<std::string_view>()(text); }

}  // namespace app
