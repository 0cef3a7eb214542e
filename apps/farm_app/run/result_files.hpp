#pragma once

#include <cstdint>
#include <string>

#include "farm_app/run/output_files.hpp"

namespace app {

/// The files of an engine for all that its commands write: FOLDER/engine.N.out, engine.N.err, and
/// engine.N.index with a line for each command: its number, its attempt, and where its parts of the
/// two files begin and how many bytes they have. They stay open: to open a file is dear where many
/// engines share a file system. All of these throw std::system_error.
class ResultFiles {
 public:
  /// Makes the folder and the files where they are missing.
  ResultFiles(std::string folder, int engine);

  const std::string& folder() const { return folder_; }
  /// Whether somebody has removed one of them, so that what is added is lost.
  bool removed() const;
  /// Adds what a command wrote, all of it or nothing. It is as safe then as if they were closed.
  void add(std::uint64_t seq, int attempt, const OutputFiles& files, const OutputSizes& sizes);

 private:
  struct File {
    std::string path;
    Descriptor descriptor;
  };

  class Addition;

  std::string folder_;
  File out_;
  File err_;
  File index_;
};

}  // namespace app
