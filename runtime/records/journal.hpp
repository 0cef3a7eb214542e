#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "farm/detail/items.hpp"
#include "farm/engine_info.hpp"
#include "farm/records.hpp"
#include "records/database.hpp"
#include "records/entry.hpp"
#include "records/file_lock.hpp"
#include "records/queue.hpp"
#include "results/record.hpp"
#include "time/clock.hpp"

namespace farm::records {

/// What a journal is opened with.
struct JournalSetup {
  std::string file;
  bool force = false;  ///< calls that are not what is recorded replace it
  std::string program;
  std::uint64_t seed = 0;
  EngineInfo hub;
  std::vector<EngineInfo> engines;
  std::function<void(const std::string&)> say;  ///< a line for people; called from any thread
  bool write_ahead = true;                      ///< where the file system allows it
  std::int64_t pace_ns = 200'000'000;           ///< between two commits
  std::size_t queue_limit = std::size_t{64} << 20;
};

/// A call whose record is asked for.
struct Asked {
  const detail::KernelEntry* kernel = nullptr;
  std::uint64_t share = 0;  ///< place_of
  std::uint32_t result_size = 0;
  std::uint64_t count = 0;
  bool placed =
      true;  ///< it has a place among the calls of its share; otherwise its digest says all
  Digest digest;
};

/// What there is of it.
struct Found {
  std::uint64_t sequence = 0;         ///< its place among the calls of its share
  std::optional<std::uint64_t> task;  ///< the id of its first task in earlier runs; none: it is new
  std::int64_t submitted = 0;         ///< ns of this run's clock, as all times
  Digest digest;                      ///< as it was asked for
};

/// Items that ended well in an earlier run.
struct Part {
  results::Record record;  ///< `first` within its call; the engine's id as it was
  std::string host;
  std::span<const std::byte> results;  ///< as ItemsView reads them
};

/// The journal of a run: an SQLite file that says what every task came to, so that the next run of
/// the same program begins where this one ended, whatever ended it. The hub appends, a thread
/// writes, in transactions at most a quarter of a second apart; nothing that was committed is lost.
///
/// A disk that is full, or a file that cannot be written for another reason, stops the writing and
/// not the run: it is tried again every second, with what has come meanwhile, as long as that fits
/// into the queue.
class Journal {
 public:
  /// Throws JournalError: for a file that cannot be opened, is being written by another job, is no
  /// journal, or one of another program.
  explicit Journal(JournalSetup setup);
  /// Commits what is left, if it can.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// An id that no task of this or an earlier run has, nor one above it.
  std::uint64_t next_task() const { return next_task_; }
  const std::string& file() const { return setup_.file; }

  /// What earlier runs know of a call. Each is found once. Throws JournalError if another call is
  /// recorded at its place.
  Found find(const Asked& asked);
  /// How many items the call at a place had in earlier runs; 0 if there is none.
  std::uint64_t recorded_items(std::uint64_t share, std::uint64_t sequence);
  /// Hands over what ended well of a call that was found, in order of its reception.
  void read(std::uint64_t task, std::uint64_t count, const std::function<void(const Part&)>& take);

  /// A new call.
  void call(std::uint64_t task, std::uint64_t count, const Called& called, std::string_view label);
  /// A call that was found and has not ended well as a whole: the rest of it runs now.
  void resumed(std::uint64_t task, std::uint64_t count, std::int64_t submitted);
  /// Items of a call that ended; `task` is the id of its first item. Those that failed are errors.
  /// `result_size` is that of its kernel, as on the wire.
  void ended(std::uint64_t task, const results::Record& record, const detail::ItemsView& items,
             std::uint32_t result_size);
  /// The same of one, whose bytes are an error if it failed.
  void ended(std::uint64_t task, const results::Record& record, std::span<const std::byte> bytes,
             std::uint32_t result_size, bool failed);
  /// The same of items that have no result: cancelled, or all with this error.
  void aborted(std::uint64_t task, const results::Record& record, const Bytes* failure);
  /// An attempt that failed and is made again.
  void tried(std::uint64_t task, const results::Record& record, std::span<const std::byte> failure);
  void output(std::uint64_t task, std::string_view out, std::string_view err);
  void resubmitted(std::uint64_t task, std::uint64_t again);

  /// Records of all runs that match, in the order of ids, as they are now. Throws JournalError.
  void query(const Query& query, const std::function<void(TaskRecord&&)>& take);
  /// Forgets calls of which all tasks have ended and match; returns how many tasks.
  std::uint64_t purge(const Query& query);

  /// Blocks until all of it is committed; false if it cannot be.
  bool flush() { return queue_.flush(); }
  /// Tasks whose results this run took from earlier ones.
  std::uint64_t recalled() const { return recalled_; }
  const time::Clock& clock() const { return clock_; }

 private:
  struct Known;

  void open();
  void begin_run();
  Database& reader();
  std::optional<Known> at_place(std::uint64_t share, std::uint64_t sequence);
  std::optional<Known> of_digest(const Asked& asked);
  void index_digests();
  [[noreturn]] void refuse(const Asked& asked, std::uint64_t sequence, const Known& known);
  void write_loop();
  void end_run(bool left);
  void say(const std::string& what) const;

  JournalSetup setup_;
  time::Clock clock_;
  FileLock lock_;
  std::unique_ptr<Database> writing_;
  std::unique_ptr<Database> reading_;
  std::unique_ptr<Statement> find_place_;
  std::unique_ptr<Statement> find_digest_;
  std::int64_t run_ = 1;
  std::uint64_t next_task_ = 0;
  std::uint64_t old_calls_ = 0;  // ids below are of earlier runs
  std::uint64_t recalled_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> sequences_;  // the next, by share
  std::unordered_set<std::uint64_t> found_;                     // calls, by their first task
  bool trouble_ = false;                                        // said already
  Queue queue_;
  std::thread writer_;
};

}  // namespace farm::records
