#pragma once

// What a process and its keeper say to each other, over a socket that keeps messages apart. Both
// are the same program on one host.
//
//   hello   the speaker's pid, in `value`: commands end when it does
//   start   a command; its body holds words, directory and variables. With it go the descriptors
//           that become its stdin, stdout and stderr, unless the keeper has them already; then, if
//           it has a script, one for that; then, if the body is too large for a message, one for a
//           file that holds it
//   signal  `value` goes to the process group of a command that runs
//
// The keeper answers `started` to a start that asks for it, and `ended` to each.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app::keeper {

enum class Verb : std::uint32_t { hello, start, signal };

/// Where the streams of a command come from.
enum class Streams : std::uint8_t {
  sent,  ///< for it alone
  lent,  ///< they are sent, and may be used again
  same,  ///< they are those that were lent before
};

struct Request {
  Verb verb = Verb::hello;
  std::int32_t value = 0;  ///< a pid; a signal; of a start, how nice it is
  std::uint64_t command = 0;
  Streams streams = Streams::sent;
  bool tells = false;     ///< the answer `started` is wanted
  bool scripted = false;  ///< a descriptor for the script is there
  bool filed = false;     ///< a descriptor for the body is there, which does not follow
};

/// What has kept a command from starting.
enum class Step : std::uint32_t { none, process, directory, program };

struct Reply {
  bool ended = false;
  std::int32_t pid = 0;
  std::uint64_t command = 0;
  Step step = Step::none;
  std::int32_t error = 0;   ///< errno of that
  std::int32_t status = 0;  ///< as wait(2) has it
  std::int64_t user_us = 0;
  std::int64_t system_us = 0;
  std::uint64_t max_rss = 0;  ///< bytes
  bool alone = false;         ///< no process is left of any command
};

/// Descriptors that a message brings at most.
inline constexpr std::size_t most_descriptors = 5;
/// The largest message. Sockets take some 200 KiB.
inline constexpr std::size_t most_bytes = std::size_t{64} << 10;
/// Where a script can be read by the command; its descriptor is this one.
inline constexpr const char* script_path = "/dev/fd/9";
inline constexpr int script_descriptor = 9;

/// The body of a start.
struct Body {
  std::string directory;  ///< empty: where the keeper is
  std::vector<std::string> words;
  std::vector<std::string> variables;  ///< name, value, name ...

  std::string packed() const;
  /// Of what packed() has made.
  static Body unpacked(std::string_view bytes);
};

}  // namespace app::keeper
