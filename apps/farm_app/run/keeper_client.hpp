#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "farm_app/run/descriptor.hpp"
#include "farm_app/run/keeper_messages.hpp"

namespace app {

/// Nobody keeps this process's commands any more, or nobody ever did.
class KeeperGone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a keeper is asked to start.
struct KeptCommand {
  std::vector<std::string>
      words;  ///< the program and its arguments; with a script, its interpreter
  std::optional<std::string> script;  ///< becomes the last argument, as a file
  std::string directory;              ///< empty: where the job was started
  std::vector<std::pair<std::string, std::string>> variables;  ///< beside those of the process
  std::array<int, 3> streams{-1, -1, -1};                      ///< its stdin, stdout and stderr
  keeper::Streams use = keeper::Streams::sent;                 ///< of these
  int nice = 0;
  bool tells = false;  ///< its pid is wanted while it runs
};

/// A process's side of its keeper; see start_keeper(). For one thread, and one command at a time.
class KeeperClient {
 public:
  /// Of the keeper that `keeper_variable` names. Throws KeeperGone.
  static KeeperClient connect();

  /// All of these throw KeeperGone, when what the keeper's commands have left has been killed.
  void start(const KeptCommand& command);
  /// Sends a signal to the process group of the command that runs. After the first one, what is
  /// left of the group is killed when the command ends.
  void signal(int signal);
  /// The next answer about the command that was started last, if it is there: at most one that is
  /// not `ended`, and then the last one.
  std::optional<keeper::Reply> answer();
  /// Becomes readable when there is an answer.
  int descriptor() const { return socket_; }

 private:
  explicit KeeperClient(int socket) : socket_(socket) {}
  void send(const keeper::Request& request, const std::string& body,
            const std::vector<int>& descriptors);

  int socket_;  // of the process, which has no other use for it
  std::uint64_t command_ = 0;
};

}  // namespace app
