#include "process/report.hpp"

#include <fcntl.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace farm::process {

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  unsetenv(name);
  return text;
}

LauncherReport::Place LauncherReport::Place::take() {
  return {take_variable("FARM_FIFO"), take_variable("FARM_STATUS_FILE")};
}

LauncherReport::LauncherReport(const Place& place) {
  // Nobody may wait there any more.
  if (!place.fifo.empty()) {
    fifo_ = Descriptor(open(place.fifo.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
  }
  if (!fifo_) file_ = place.file;
}

void LauncherReport::say(const std::string& line) const {
  const std::string text = line + "\n";
  if (fifo_) {
    // A reader that has gone must not end the hub.
    sigset_t pipe;
    sigset_t before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    [[maybe_unused]] const ssize_t written = write(fifo_.get(), text.data(), text.size());
    const timespec now{};
    sigtimedwait(&pipe, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  } else if (!file_.empty()) {
    const std::string draft = file_ + ".new";
    const Descriptor file(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    const bool written =
        file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (written && fsync(file.get()) == 0) std::rename(draft.c_str(), file_.c_str());
  }
}

}  // namespace farm::process
