#include "process/output_pipe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace farm::process {

namespace {

constexpr std::size_t most_at_once = std::size_t{64} << 10;
// Somebody who writes faster than this many bytes a nap is not left to fill the pipe.
constexpr std::size_t much = std::size_t{8} << 10;
constexpr int nap_ms = 1;

void flush() {
  std::cout.flush();
  std::clog.flush();
  std::fflush(stdout);
}

void write_all(int file, const std::string& text) {
  std::span<const char> left(text);
  while (!left.empty()) {
    const ssize_t n = write(file, left.data(), left.size());
    if (n >= 0) {
      left = left.subspan(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd room{file, POLLOUT, 0};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

// Lines of one stream, put together from its parts.
class Lines {
 public:
  Lines(int file, int engine) : file_(file), engine_(engine) {}
  ~Lines() { end(); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  void add(std::uint64_t task, const char* bytes, std::size_t size) {
    if (task != task_) end();
    task_ = task;
    for (std::size_t i = 0; i < size; ++i) {
      if (line_.empty()) line_ = prefix();
      line_ += bytes[i];
      if (bytes[i] == '\n') write_line();
    }
  }

 private:
  std::string prefix() const {
    const std::string task = task_ == no_task ? "" : " task " + std::to_string(task_);
    return "[engine " + std::to_string(engine_) + task + "] ";
  }
  void write_line() {
    write_all(file_, line_);
    line_.clear();
  }
  void end() {
    if (line_.empty()) return;
    line_ += '\n';
    write_line();
  }

  int file_;
  int engine_;
  std::uint64_t task_ = no_task;
  std::string line_;
};

}  // namespace

OutputPipe::OutputPipe() : scratch_(most_at_once), end_(eventfd(0, EFD_CLOEXEC)) {
  for (Pipe& pipe : pipes_) {
    std::array<int, 2> ends{};
    if (end_ < 0 || pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "no pipe for the output of kernels");
    }
    pipe.out = ends[0];
    pipe.in = ends[1];
    fcntl(pipe.out, F_SETFL, O_NONBLOCK);
  }
}

OutputPipe::~OutputPipe() {
  shut();
  const std::uint64_t one = 1;
  if (thread_.joinable() && write(end_, &one, sizeof one) == sizeof one) thread_.join();
  if (thread_.joinable()) thread_.detach();
  for (const Pipe& pipe : pipes_) {
    close(pipe.in);
    close(pipe.out);
    if (pipe.before >= 0) close(pipe.before);
  }
  close(end_);
}

void OutputPipe::watch() {
  log_.attend();
  thread_ = std::thread([this] { run(); });
}

void OutputPipe::point(int Pipe::*where) {
  flush();
  dup2(pipes_[0].*where, STDOUT_FILENO);
  dup2(pipes_[1].*where, STDERR_FILENO);
}

void OutputPipe::open() {
  for (int i = 0; i < 2; ++i) {
    int& before = pipes_[static_cast<std::size_t>(i)].before;
    // Not inherited by what a kernel starts: it would keep the job's own streams open.
    if (before < 0) before = fcntl(i + 1, F_DUPFD_CLOEXEC, 3);
    if (before < 0) return;
  }
  point(&Pipe::in);
  open_ = true;
}

void OutputPipe::shut() {
  if (std::exchange(open_, false)) point(&Pipe::before);
}

bool OutputPipe::adopt() {
  if (!log_.attended()) return false;
  point(&Pipe::in);
  return true;
}

void OutputPipe::begin(std::uint64_t task) {
  flush();
  const OutputLog::Lock lock(log_);
  collect();
  log_.set_task(task);
}

// With the lock held. No more than what is there now: somebody may go on writing.
std::size_t OutputPipe::collect() {
  // Mostly there is nothing, which one call tells.
  std::array<pollfd, 2> fds{pollfd{pipes_[0].out, POLLIN, 0}, pollfd{pipes_[1].out, POLLIN, 0}};
  if (poll(fds.data(), fds.size(), 0) <= 0) return 0;
  std::size_t all = 0;
  for (std::uint32_t i = 0; i < 2; ++i) {
    int there = 0;
    if (ioctl(pipes_[i].out, FIONREAD, &there) != 0) continue;
    for (auto left = static_cast<std::size_t>(there); left > 0;) {
      const ssize_t n =
          read(pipes_[i].out, scratch_.data(), std::min<std::size_t>(left, scratch_.size()));
      if (n <= 0) break;
      const auto size = static_cast<std::size_t>(n);
      log_.append(i + 1, std::span(scratch_).first(size));
      left -= size;
      all += size;
    }
  }
  return all;
}

// A kernel that prints line by line does not wake it for each.
void OutputPipe::run() {
  std::array<pollfd, 3> fds{pollfd{end_, POLLIN, 0}, pollfd{pipes_[0].out, POLLIN, 0},
                            pollfd{pipes_[1].out, POLLIN, 0}};
  bool nap = false;
  for (;;) {
    if (poll(fds.data(), nap ? 1 : fds.size(), nap ? nap_ms : -1) < 0 && errno != EINTR) return;
    if ((fds[0].revents & POLLIN) != 0) return;
    const OutputLog::Lock lock(log_);
    nap = collect() < much && !nap;
  }
}

void OutputPipe::print_rest(int engine) {
  {
    const OutputLog::Lock lock(log_);
    collect();
  }
  Lines out(STDOUT_FILENO, engine);
  Lines err(STDERR_FILENO, engine);
  std::vector<std::byte> records;
  while (log_.waiting() != 0) {
    records.clear();
    log_.take(records, most_at_once);
    for (std::size_t at = 0; at < records.size();) {
      OutputRecord record;
      std::copy_n(records.begin() + static_cast<std::ptrdiff_t>(at), sizeof record,
                  std::as_writable_bytes(std::span(&record, 1)).begin());
      const auto* bytes = reinterpret_cast<const char*>(records.data() + at + sizeof record);
      (record.stream == 1 ? out : err).add(record.task, bytes, record.size);
      at += sizeof record + record.size;
    }
  }
}

}  // namespace farm::process
