#pragma once
// --resume, --resume-failed and --retry-failed: what an earlier run leaves to be run.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "farm_app/run/history.hpp"
#include "farm_app/run/order.hpp"
#include "farm_app/run/resume_mode.hpp"

namespace app {

/// Decides by the log what runs. A command that was good once in the log counts as done, whatever
/// else the log says of its number. Memory: 24 bytes per line of the log.
class Resume {
 public:
  /// Reads the log at `path`; one that does not exist is empty (except for retry_failed, where that
  /// is an error). Throws std::runtime_error for a file that cannot be read or is no log.
  /// `force`: a changed command is no error.
  Resume(const std::string& path, ResumeMode mode, bool force);

  /// Whether the command runs. Numbers may come in any order.
  /// Throws std::runtime_error, with the number and both texts, if the log has another command
  /// under this number, unless forced: the list of commands is not the one that the log is about.
  bool runs(std::uint64_t seq, const SlottedText& command);

  /// Whether the log has it as good.
  bool was_good(std::uint64_t seq) const;

  /// For retry_failed: the next command to be run, with its number in the log; in the order of
  /// numbers, each once. None: there are no more. (Numbers that are missing in the log are left
  /// out; GNU parallel 20221122 runs an empty command for each.)
  std::optional<std::pair<std::uint64_t, std::string>> next_failed();

  /// How many runs() has said no to.
  std::uint64_t skipped() const { return skipped_; }

  /// The last line of the log was torn: by a crash, or a full disk. Its command runs again.
  bool torn() const { return history_->torn(); }

 private:
  bool changed(const History::Row& row, const SlottedText& command) const;
  [[noreturn]] void refuse(const History::Row& row, const SlottedText& command) const;

  std::unique_ptr<History> history_;
  ResumeMode mode_;
  bool force_;
  std::uint64_t skipped_ = 0;
  std::size_t next_ = 0;
};

/// Whether `text` is `command` for some number of the slot.
bool fits(const SlottedText& command, std::string_view text);

}  // namespace app
