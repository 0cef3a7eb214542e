#include "farm_app/run/watched_command.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <limits>
#include <sstream>

#include "farm_app/run/host_memory.hpp"
#include "farm_app/run/processes.hpp"
#include "farm_app/run/steady_seconds.hpp"

namespace app {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr double between_memory_looks = 0.1;
constexpr double between_output_looks = 0.02;
// Nobody rings where the farm has no listener.
constexpr double between_stop_looks = 0.1;

std::string seconds_text(double seconds) {
  std::ostringstream text;
  text << seconds << " s";
  return text.str();
}

// What has kept it from starting.
std::string start_problem(const KeptCommand& command, const keeper::Reply& reply) {
  const std::string error = std::strerror(reply.error);
  switch (reply.step) {
    case keeper::Step::directory:
      return "it cannot start in " + command.directory + ": " + error;
    case keeper::Step::process:
      return "no process for it: " + error;
    default:
      return (command.words.empty() ? "" : command.words.front()) + ": " + error;
  }
}

// A command that runs, and what is due next.
class Watching {
 public:
  Watching(KeeperClient& keeper, const KeptCommand& command, const CommandLimits& limits,
           const CommandWatch& watch)
      : keeper_(&keeper),
        limits_(&limits),
        watch_(&watch),
        command_(&command),
        begin_(steady_seconds()) {
    if (limits.timeout > 0) timeout_ = begin_ + limits.timeout;
    if (watch.now_and_then) output_look_ = begin_ + between_output_looks;
    if (watch.stopped) stop_look_ = begin_;
  }

  CommandEnd run() {
    for (;;) {
      look(steady_seconds());
      if (!await()) continue;
      const std::optional<keeper::Reply> reply = keeper_->answer();
      if (!reply) continue;
      if (reply->ended) {
        end_.last = *reply;
        break;
      }
      pid_ = reply->pid;
      memory_look_ = 0;
    }
    end_.seconds = steady_seconds() - begin_;
    if (end_.last.step != keeper::Step::none) {
      end_.cause = Cause::not_started;
      end_.problem = start_problem(*command_, end_.last);
    }
    return std::move(end_);
  }

 private:
  // Whether the keeper has something to say.
  bool await() {
    const double due = std::min({timeout_, memory_look_, output_look_, stop_look_, kill_});
    std::array<pollfd, 2> sources{
        {{keeper_->descriptor(), POLLIN, 0},
         {watch_->bell == nullptr ? -1 : watch_->bell->descriptor(), POLLIN, 0}}};
    timespec limit{};
    if (due < never) {
      const double left = std::clamp(due - steady_seconds(), 0.0, 1e6);
      limit.tv_sec = static_cast<time_t>(left);
      limit.tv_nsec = static_cast<long>((left - static_cast<double>(limit.tv_sec)) * 1e9);
    }
    ppoll(sources.data(), sources.size(), due < never ? &limit : nullptr, nullptr);
    if (sources[1].revents != 0) {
      watch_->bell->silence();
      if (stop_look_ < never) stop_look_ = 0;
    }
    return sources[0].revents != 0;
  }

  void look(double time) {
    if (time >= output_look_) {
      watch_->now_and_then();
      output_look_ = steady_seconds() + between_output_looks;
    }
    if (time >= kill_) {
      keeper_->signal(SIGKILL);
      kill_ = never;
    }
    if (ending_) return;
    if (time >= timeout_) {
      end(Cause::timed_out, "killed at its time limit of " + seconds_text(limits_->timeout), time);
    } else if (time >= stop_look_ && watch_->stopped()) {
      end(Cause::stopped, "killed because it was asked to stop", time);
    } else if (time >= memory_look_) {
      look_at_memory(time);
    }
    if (time >= stop_look_) stop_look_ = time + between_stop_looks;
  }

  void look_at_memory(double time) {
    const std::uint64_t bytes = resident_bytes(pid_);
    memory_look_ = steady_seconds() + between_memory_looks;
    if (bytes <= limits_->memory) return;
    end(Cause::out_of_memory,
        "killed for memory: " + size_text(bytes) + " of " + size_text(limits_->memory), time);
  }

  // It gets no second chance to take more memory.
  void end(Cause cause, std::string problem, double time) {
    ending_ = true;
    end_.cause = cause;
    end_.problem = std::move(problem);
    const bool gently = cause != Cause::out_of_memory && limits_->grace > 0;
    keeper_->signal(gently ? SIGTERM : SIGKILL);
    if (gently) kill_ = time + limits_->grace;
    timeout_ = memory_look_ = stop_look_ = never;
  }

  KeeperClient* keeper_;
  const CommandLimits* limits_;
  const CommandWatch* watch_;
  const KeptCommand* command_;
  double begin_;
  // When these are due.
  double timeout_ = never;
  double memory_look_ = never;
  double output_look_ = never;
  double stop_look_ = never;
  double kill_ = never;
  pid_t pid_ = -1;
  bool ending_ = false;
  CommandEnd end_;
};

}  // namespace

CommandEnd run_watched(KeeperClient& keeper, const KeptCommand& command,
                       const CommandLimits& limits, const CommandWatch& watch) {
  KeptCommand kept = command;
  kept.tells = limits.memory > 0;
  Watching watching(keeper, kept, limits, watch);
  keeper.start(kept);
  return watching.run();
}

}  // namespace app
