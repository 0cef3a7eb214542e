#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "farm_app/run/command_environment.hpp"
#include "farm_app/run/descriptor.hpp"
#include "farm_app/run/keeper_sockets.hpp"

namespace app::keeper {

/// The work of a keeper, in its own process, which it takes over: signals are blocked, and all that
/// is orphaned below it becomes its child.
class Loop {
 public:
  /// `starter` becomes readable when the process ends that has forked the keeper; none where this
  /// kernel has no such descriptors: then the end of the socket is what tells.
  Loop(Descriptor socket, Descriptor starter);

  /// Works until somebody ends whose commands these are; then kills all of them and returns.
  void serve();
  /// Ends all that it has started, and all that that has started.
  void kill_all();

 private:
  struct Child {
    std::uint64_t command = 0;
    bool condemned = false;                     // it is over when all of its group has ended
    std::optional<Reply> ended = std::nullopt;  // while others of its group live
  };

  void watch(const Descriptor& source, std::uint32_t what);
  bool hear();
  void start(const Request& request, Parcel& parcel);
  void signal(const Request& request);
  void reap();
  bool reap_one();
  void tell_end(pid_t pid, Reply reply);

  CommandEnvironment environment_;
  Descriptor socket_;
  Descriptor starter_;
  Descriptor speaker_;
  Descriptor signals_;
  Descriptor sources_;
  std::array<Descriptor, 3> streams_;  // of commands, lent
  std::unordered_map<pid_t, Child> children_;
};

}  // namespace app::keeper
