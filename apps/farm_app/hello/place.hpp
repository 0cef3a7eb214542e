#pragma once

#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <string>
#include <vector>

namespace app {

/// What a rank sees of the place where it runs.
struct Place {
  int rank = 0;
  int local_rank = -1;  ///< among the ranks of its host, by its launcher; -1: that is not known
  int pid = 0;
  std::string host;
  std::vector<int> cores;  ///< it may run on, ascending
  int cores_of_host = 0;   ///< that are there
  std::string mpi;         ///< the library and its version
  /// What MPI sends with, as far as its components can be seen: "ob1: vader, tcp".
  std::string transport;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& rank& local_rank& pid& host& cores& cores_of_host& mpi& transport;
  }
};

/// Of this process.
Place look_around(int rank);

/// The first line of what MPI says of itself, without what nobody wants to know.
std::string short_version(const std::string& text);

/// The components for messages among those that /proc/PID/maps lists: "ob1: vader, tcp". Empty:
/// none are to be seen, because they are part of the library.
std::string transport_of(const std::string& maps);

}  // namespace app
