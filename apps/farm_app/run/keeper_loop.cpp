#include "farm_app/run/keeper_loop.hpp"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "farm_app/run/keeper_spawn.hpp"
#include "farm_app/run/processes.hpp"

namespace app::keeper {

namespace {

std::int64_t microseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

// What a source has to say.
constexpr std::uint32_t message = 1;
constexpr std::uint32_t child_ended = 2;
constexpr std::uint32_t somebody_ended = 4;

template <class Message>
std::string_view bytes_of(const Message& message) {
  return {reinterpret_cast<const char*>(&message), sizeof message};
}

Variables pairs_of(std::vector<std::string>&& texts) {
  Variables variables;
  variables.reserve(texts.size() / 2);
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2) {
    variables.emplace_back(std::move(texts[i]), std::move(texts[i + 1]));
  }
  return variables;
}

}  // namespace

// What ignores a signal now would be ignored by every command.
Loop::Loop(Descriptor socket, Descriptor starter)
    : environment_(environ),
      socket_(std::move(socket)),
      starter_(std::move(starter)),
      sources_(epoll_create1(EPOLL_CLOEXEC)) {
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGCHLD);
  signals_ = Descriptor(signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK));
  watch(signals_, child_ended);
  watch(socket_, message);
  watch(starter_, somebody_ended);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void Loop::serve() {
  for (;;) {
    std::array<epoll_event, 4> events = {};
    const int count = epoll_wait(sources_.get(), events.data(), events.size(), -1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    std::uint32_t ready = 0;
    for (int i = 0; i < count; ++i) ready |= events[static_cast<std::size_t>(i)].data.u32;
    if ((ready & somebody_ended) != 0) break;
    if ((ready & child_ended) != 0) reap();
    if ((ready & message) != 0 && !hear()) break;
  }
  kill_all();
}

// Says `what` when it becomes readable.
void Loop::watch(const Descriptor& source, std::uint32_t what) {
  if (!source) return;
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.u32 = what;
  epoll_ctl(sources_.get(), EPOLL_CTL_ADD, source.get(), &event);
}

// False if nobody is there any more.
bool Loop::hear() {
  std::optional<Parcel> parcel = receive(socket_.get());
  if (!parcel) return false;
  Request request;
  if (parcel->bytes.size() < sizeof request) return false;
  std::memcpy(&request, parcel->bytes.data(), sizeof request);
  switch (request.verb) {
    case Verb::hello:
      speaker_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, request.value, 0)));
      watch(speaker_, somebody_ended);
      // It has ended already.
      return speaker_ || errno != ESRCH;
    case Verb::start:
      start(request, *parcel);
      return true;
    case Verb::signal:
      signal(request);
      return true;
  }
  return false;
}

void Loop::start(const Request& request, Parcel& parcel) {
  const bool sent = request.streams != Streams::same;
  const std::size_t script = sent ? streams_.size() : 0;
  const std::size_t file = script + (request.scripted ? 1 : 0);
  Reply reply;
  reply.command = request.command;
  // This process may have too many open already.
  if (parcel.descriptors.size() < file + (request.filed ? 1 : 0)) {
    reply.ended = true;
    reply.step = Step::process;
    reply.error = EMFILE;
    send(socket_.get(), bytes_of(reply));
    return;
  }
  if (sent)
    std::move(parcel.descriptors.begin(), parcel.descriptors.begin() + streams_.size(),
              streams_.begin());
  Body body = Body::unpacked(request.filed ? contents_of(parcel.descriptors[file].get())
                                           : parcel.bytes.substr(sizeof request));
  Launch command;
  command.words = std::move(body.words);
  std::vector<std::string> variables;
  command.environment = environment_.with(pairs_of(std::move(body.variables)), variables);
  command.directory = std::move(body.directory);
  for (std::size_t i = 0; i < streams_.size(); ++i) command.streams[i] = streams_[i].get();
  if (request.scripted) command.script = parcel.descriptors[script].get();
  command.nice = request.value;
  const Launched launched = launch(command);
  if (request.streams == Streams::sent) {
    for (Descriptor& stream : streams_) stream.reset();
  }
  reply.pid = launched.pid;
  reply.step = launched.step;
  reply.error = launched.error;
  reply.ended = launched.pid < 0;
  if (launched.pid >= 0) children_[launched.pid] = {request.command};
  if (reply.ended || request.tells) send(socket_.get(), bytes_of(reply));
}

void Loop::signal(const Request& request) {
  for (auto& [pid, child] : children_) {
    if (child.command != request.command) continue;
    kill(-pid, request.value);
    // One that is stopped would hear of it only when it goes on.
    if (request.value == SIGTERM) kill(-pid, SIGCONT);
    // What is killed needs no more time; some of it may be a zombie of somebody who never looks.
    child.condemned = request.value != SIGKILL;
    if (!child.condemned && child.ended) {
      const Reply reply = *child.ended;
      tell_end(pid, reply);
    }
    return;
  }
}

void Loop::reap() {
  // One tells of all that have ended until it is read.
  signalfd_siginfo told;
  (void)!read(signals_.get(), &told, sizeof told);
  while (reap_one()) {
  }
  // The others of a group are children of this process once they are orphans.
  for (auto next = children_.begin(); next != children_.end();) {
    const auto [pid, child] = *next++;
    if (child.ended && kill(-pid, 0) != 0) tell_end(pid, *child.ended);
  }
}

// False if nobody has ended.
bool Loop::reap_one() {
  Reply reply;
  rusage used = {};
  const pid_t pid = wait4(-1, &reply.status, WNOHANG, &used);
  if (pid <= 0) return false;
  const auto found = children_.find(pid);
  if (found == children_.end()) return true;
  reply.ended = true;
  reply.pid = pid;
  reply.command = found->second.command;
  reply.user_us = microseconds(used.ru_utime);
  reply.system_us = microseconds(used.ru_stime);
  reply.max_rss = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
  // Those of its group have until the SIGKILL to end by themselves.
  if (found->second.condemned && kill(-pid, 0) == 0) {
    found->second.ended = reply;
  } else {
    tell_end(pid, reply);
  }
  return true;
}

void Loop::tell_end(pid_t pid, Reply reply) {
  children_.erase(pid);
  // What a command has left running is a child of this process by now.
  siginfo_t info = {};
  reply.alone = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
  send(socket_.get(), bytes_of(reply));
}

// Who is orphaned by this becomes a child of this process, and is found in the next round.
void Loop::kill_all() {
  for (const auto& [pid, child] : children_) kill(-pid, SIGKILL);
  do {
    for (const pid_t child : children_of(getpid())) kill(child, SIGKILL);
  } while (wait(nullptr) > 0 || errno == EINTR);
}

}  // namespace app::keeper
