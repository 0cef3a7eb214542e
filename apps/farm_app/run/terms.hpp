#pragma once

#include <boost/serialization/string.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace app {

/// What is the same for all commands of a run.
struct Terms {
  std::string directory;       ///< where commands start; empty: where the job was started
  std::string task_directory;  ///< each command starts in its own folder SEQ below; empty: no
  std::vector<std::pair<std::string, std::string>> environment;  ///< added to the engine's
  std::string shell = "/bin/sh";
  int attempts = 1;               ///< in all
  double grace = 2;               ///< seconds from SIGTERM to SIGKILL
  std::uint64_t memory = 0;       ///< bytes that a command may have resident; 0: no limit
  std::uint64_t memory_free = 0;  ///< a command waits until its host has so many bytes available
  int nice = 0;
  std::string results;    ///< the folder of files with outputs; empty: none
  bool one_file = false;  ///< there, one file per engine and stream, with an index
  bool lines = false;     ///< output goes out line by line while the command runs
  bool discard = false;   ///< output is not sent to rank 0
  int cores = 1;          ///< that a command may use
  std::string gpu_label;  ///< the label that counts the GPUs of an engine; empty: none are shared
  /// Of each engine, the GPUs that are its own, as CUDA_VISIBLE_DEVICES has them: see gpus_of().
  std::vector<std::pair<int, std::string>> gpus;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& directory& task_directory& environment& shell& attempts& grace& memory& memory_free&
        nice& results& one_file& lines& discard& cores& gpu_label& gpus;
  }
};

}  // namespace app
