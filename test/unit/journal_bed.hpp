#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "loopback_farm.hpp"
#include "records/journal.hpp"

namespace unit {

/// A folder that goes with its object.
class Folder {
 public:
  Folder() {
    std::string path = (std::filesystem::temp_directory_path() / "farm_unit_XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = path;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// What a run of two engines gives its journal; what it says lands in `said`.
inline farm::records::JournalSetup journal_setup(const std::string& file,
                                                 std::vector<std::string>* said = nullptr) {
  farm::records::JournalSetup setup;
  setup.file = file;
  setup.program = "unit";
  setup.hub = {0, "hub", 1, static_cast<int>(getpid())};
  for (int rank : {1, 2}) setup.engines.push_back({rank, "host" + std::to_string(rank), 1, rank});
  if (said != nullptr) setup.say = [said](const std::string& line) { said->push_back(line); };
  return setup;
}

/// A run: a journal and a farm of two engines that records in it.
struct JournaledRun {
  explicit JournaledRun(farm::records::JournalSetup setup) : journal(std::move(setup)), farm(2) {
    farm.hub->record_in(journal);
  }
  explicit JournaledRun(const std::string& file) : JournaledRun(journal_setup(file)) {}

  /// Frames with tasks that have left the hub.
  int sent() { return farm.wire.sent[farm::wire::Kind::tasks]; }

  farm::records::Journal journal;
  LoopbackFarm farm;
};

}  // namespace unit
