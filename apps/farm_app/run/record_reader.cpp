#include "farm_app/run/record_reader.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace app {

namespace {

constexpr std::size_t block = 1U << 16U;
constexpr std::size_t longest = 64U << 20U;

std::runtime_error failure(const std::string& name, const std::string& what) {
  return std::runtime_error(name + ": " + what);
}

}  // namespace

RecordReader::RecordReader(std::string file, Rules rules) : name_(std::move(file)), rules_(rules) {
  const bool standard = name_ == "-";
  if (standard) name_ = "standard input";
  fd_ = standard ? STDIN_FILENO : ::open(name_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (fd_ < 0 || ::fstat(fd_, &status) != 0) throw failure(name_, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) throw failure(name_, std::strerror(EISDIR));
  regular_ = S_ISREG(status.st_mode);
}

RecordReader::~RecordReader() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

Pull RecordReader::next(std::string& record, double patience) {
  while (!take(record, false)) {
    if (!ended_) {
      const Pull filled = fill(patience);
      if (filled == Pull::got) continue;
      if (filled == Pull::not_yet) return Pull::not_yet;
      ended_ = true;
    }
    return take(record, true) ? Pull::got : Pull::end;
  }
  return Pull::got;
}

bool RecordReader::take(std::string& record, bool at_end) {
  std::optional<std::size_t> end = find_end();
  if (!end && at_end && in_quotes_) throw failure(name_, unclosed());
  if (!end && at_end && begin_ < buffer_.size()) end = buffer_.size();
  if (!end) return false;
  record.assign(buffer_, begin_, *end - begin_);
  line_ = breaks_ + 1;
  breaks_ += std::exchange(broken_, 0) + 1;
  begin_ = scanned_ = std::min(*end + 1, buffer_.size());
  in_quotes_ = false;
  return true;
}

std::optional<std::size_t> RecordReader::find_end() {
  if (!rules_.csv) {
    const std::size_t end = buffer_.find(rules_.delimiter, scanned_);
    if (end != std::string::npos) return end;
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  // A doubled quotation mark leaves and enters: the same in the end.
  for (; scanned_ < buffer_.size(); ++scanned_) {
    const char c = buffer_[scanned_];
    if (c == '"') {
      in_quotes_ = !in_quotes_;
      if (in_quotes_) quote_line_ = breaks_ + broken_ + 1;
    } else if (c == rules_.delimiter && !in_quotes_) {
      return scanned_;
    } else if (c == '\n') {
      ++broken_;
    }
  }
  return std::nullopt;
}

std::string RecordReader::unclosed() const {
  return "line " + std::to_string(quote_line_) + ": the quotation mark is not closed";
}

Pull RecordReader::fill(double patience) {
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  if (buffer_.size() > longest) {
    throw failure(name_, in_quotes_
                             ? unclosed() + " within 64 MiB"
                             : "line " + std::to_string(breaks_ + 1) + " is longer than 64 MiB");
  }
  if (!regular_ && !wait(patience)) return Pull::not_yet;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + block);
  const ssize_t count = ::read(fd_, buffer_.data() + had, block);
  const int error = errno;
  buffer_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) return Pull::got;
  if (count < 0) {
    if (error == EAGAIN || error == EINTR) return Pull::not_yet;
    throw failure(name_, std::strerror(error));
  }
  if (!regular_ || !rules_.follow || gone()) return Pull::end;
  struct stat status {};
  if (::fstat(fd_, &status) == 0 && status.st_size < ::lseek(fd_, 0, SEEK_CUR)) {
    throw failure(name_, "has become shorter while it was followed: it may only grow");
  }
  wait(patience);
  return Pull::not_yet;
}

// Nothing tells of growth on every file system: a file that is followed is looked at again after
// at most 20 ms.
bool RecordReader::wait(double patience) const {
  pollfd input{regular_ ? -1 : fd_, POLLIN, 0};
  int limit = patience < 0 ? -1 : static_cast<int>(std::min(patience, 3600.0) * 1000);
  if (regular_) limit = limit < 0 ? 20 : std::min(limit, 20);
  return ::poll(&input, 1, limit) > 0;
}

bool RecordReader::gone() const {
  struct stat status {};
  return ::fstat(fd_, &status) != 0 || status.st_nlink == 0;
}

}  // namespace app
