#pragma once

#include <boost/serialization/string.hpp>
#include <cstdint>
#include <string>

namespace app {

/// Why a command has ended.
enum class Cause : std::uint8_t {
  ended,          ///< by itself, or by a signal of somebody else's
  timed_out,      ///< killed at its time limit
  out_of_memory,  ///< killed at its memory limit
  stopped,        ///< killed because the run was told to stop
  not_started,    ///< there is no such program, directory, file ...
  unsaved,        ///< ended by itself, and what it wrote could not be kept
};

/// How a command has ended.
struct Ending {
  std::uint64_t seq = 0;  ///< counted from 1
  std::string command;    ///< as it ran
  std::string host;
  int engine = 0;
  int attempt = 1;
  double start = 0;    ///< seconds since 1970 by the clock of its host
  double seconds = 0;  ///< that it took
  int status = 0;      ///< exit status; 127: not found, 126: cannot be executed, as shells have it
  int signal = 0;      ///< that ended it; 0: none
  Cause cause = Cause::ended;
  std::string problem;        ///< a clause for people, where the cause is not `ended`
  double user = 0;            ///< seconds of processor time
  double system = 0;          ///< the same in the kernel
  std::uint64_t max_rss = 0;  ///< bytes: the largest resident size of one of its processes
  std::uint64_t out_bytes = 0;
  std::uint64_t err_bytes = 0;

  bool good() const { return status == 0 && signal == 0 && cause == Cause::ended; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& seq& command& host& engine& attempt& start& seconds& status& signal& cause& problem&
        user& system& max_rss& out_bytes& err_bytes;
  }
};

}  // namespace app
