#pragma once
// The commands of a run, made one by one.

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "farm_app/run/order.hpp"
#include "farm_app/run/settings.hpp"

namespace app {

/// One command.
struct Job {
  std::uint64_t seq = 0;            ///< counted from 1 in the order of the source, also if shuffled
  SlottedText command;              ///< as a shell is to read it
  std::vector<std::string> values;  ///< that were put in; none for a line of a task file
  SlottedText tag;                  ///< what --tag and --tagstring put before its lines
  std::optional<std::string> input;  ///< its standard input, if it is not /dev/null
  std::vector<std::pair<std::string, std::string>> files;  ///< rendered: path, content
  std::vector<std::pair<std::string, std::string>> environment;
};

/// What is to be done next.
struct Next {
  enum class Kind : std::uint8_t {
    job,            ///< hand out `job`
    barrier,        ///< hand out nothing more before all that was handed out has ended
    barrier_check,  ///< the same, and end the run if any of it since the barrier before has failed
    engine_start,   ///< run `job` once on each engine before other jobs; its seq counts from 1 anew
    engine_stop,    ///< run `job` once on each engine in the end; its seq counts from 1 anew
    not_yet,        ///< the source has nothing at the moment: ask again
    end,            ///< there is nothing more, and will be nothing
  };
  Kind kind = Kind::end;
  Job job;
};

class JobMaker;

/// The jobs that `settings` describe. They are made when they are asked for: a source of any
/// length takes a bounded amount of memory, but --shuf of what is read from a file needs all of
/// it. Products (::: A B ::: C D, grids, samples) are counted through, not stored, so that a
/// shuffled one begins at once, too. For one thread.
class Jobs {
 public:
  /// Opens files, reads headers (which waits for them), starts the renderer of decks. Throws
  /// UsageError or std::runtime_error with what is wrong, where.
  explicit Jobs(const RunSettings& settings);
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  /// The next step. Blocks for at most `patience` seconds where a pipe or a file that is followed
  /// (--follow) has nothing to give, and answers not_yet then. Throws std::runtime_error for what
  /// is wrong with the source, with the file and the line; and after `end` answers `end`.
  Next next(double patience = 0);

  /// How many jobs there are in all, where that is known before they are made: for products,
  /// and for regular files without --follow, which are read through for it. None, too, when it is
  /// told to stop. Another thread may call it beside next().
  std::optional<std::uint64_t> total(const std::stop_token& stop = {}) const;

  /// The names of the columns of Job::values, where they have names (--header, --range): as many
  /// as there are columns, an empty one for a column without. None for task files.
  const std::vector<std::string>& names() const;

 private:
  std::unique_ptr<JobMaker> maker_;
};

}  // namespace app
