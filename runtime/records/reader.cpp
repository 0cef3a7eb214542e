// Calls and chunks are read side by side, both in the order of their tasks: a journal of millions
// takes no more memory than a row of each.

#include "records/reader.hpp"

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "farm/detail/items.hpp"
#include "records/schema.hpp"

namespace farm::records {

namespace {

Time time_of(std::int64_t ns) { return Time(std::chrono::nanoseconds(ns)); }

const char* kind_name(std::int64_t kind) {
  switch (static_cast<CallKind>(kind)) {
    case CallKind::balanced:
      return "balanced";
    case CallKind::direct:
      return "direct";
    case CallKind::collective:
      return "collective";
    case CallKind::nested:
      return "nested";
    case CallKind::setup:
      return "setup";
    case CallKind::once:
      return "once";
  }
  return "";
}

/// A row of `chunks`.
struct Chunk {
  std::uint64_t task = 0;
  std::uint64_t count = 0;
  std::int64_t run = 0;
  TaskRecord made;  // what its tasks have in common
  bool has_results = false;
};

/// The rows of one transaction, so that they fit together.
class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(&database) { database.run("BEGIN"); }
  ~Snapshot() { database_->try_run("COMMIT"); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database* database_;
};

class TaskReader {
 public:
  TaskReader(Database& database, const Query& query, const std::function<void(TaskRecord&&)>& take)
      : query_(query),
        take_(take),
        calls_(database,
               "SELECT task, count, run, kind, kernel, label, submitted, result_size, digest "
               "FROM calls WHERE task BETWEEN (SELECT coalesce(max(task), 0) FROM calls WHERE "
               "task <= ?1) AND ?2 ORDER BY task"),
        chunks_(database, std::string("SELECT task, count, run, status, engine, attempt, started, "
                                      "completed, received, error, ") +
                              (query.asks_for(Key::result) ? "results" : "NULL") +
                              " FROM chunks WHERE task BETWEEN (SELECT coalesce(max(task), 0) "
                              "FROM calls WHERE task <= ?1) AND ?2 ORDER BY task"),
        outputs_(database, "SELECT stdout, stderr FROM outputs WHERE task = ?1"),
        resumed_(database, "SELECT submitted FROM resumed WHERE task = ?1 AND run = ?2"),
        again_(database, "SELECT max(again) FROM resubmissions WHERE task = ?1") {
    last_run_ = database.number("SELECT max(run) FROM runs");
    resubmitted_ = database.number("SELECT count(*) FROM resubmissions") != 0;
    captured_ = database.number("SELECT count(*) FROM (SELECT 1 FROM outputs LIMIT 1)") != 0;
    Statement kernels(database, "SELECT kernel, name FROM kernels");
    while (kernels.step()) kernels_[kernels.number(0)] = kernels.text(1);
    Statement engines(database, "SELECT run, engine, host FROM engines");
    while (engines.step()) {
      hosts_[{engines.number(0), engines.number(1)}] = engines.text(2);
    }
  }

  void read() {
    const auto [first, last] = query_.range();
    for (Statement* rows : {&calls_, &chunks_}) {
      rows->bind(1, static_cast<std::int64_t>(number(first)));
      rows->bind(2, static_cast<std::int64_t>(number(last)));
    }
    next_chunk();
    while (taken_ < query_.most() && calls_.step()) read_call();
  }

 private:
  void read_call() {
    const auto task = static_cast<std::uint64_t>(calls_.number(0));
    const std::uint64_t end = task + static_cast<std::uint64_t>(calls_.number(1));
    TaskRecord call;
    call.call = TaskId{task};
    call.run = static_cast<int>(calls_.number(2));
    call.kind = kind_name(calls_.number(3));
    call.kernel = kernels_[calls_.number(4)];
    call.label = calls_.text(5);
    call.submitted = time_of(calls_.number(6));
    const bool gone = calls_.null(8) && call.run < last_run_;
    call.status = gone ? TaskStatus::lost : TaskStatus::pending;
    const auto size = static_cast<std::uint32_t>(calls_.number(7));
    for (std::uint64_t at = task; at < end && taken_ < query_.most();) {
      while (chunk_ && chunk_->task < at) next_chunk();
      if (!chunk_ || chunk_->task >= end) {
        for (; at < end; ++at) give(call, at);
        break;
      }
      for (; at < chunk_->task; ++at) give(call, at);
      at = read_chunk(call, end, size == 0xffffffff ? variable_size : size);
    }
  }

  // Returns where the next begins.
  std::uint64_t read_chunk(const TaskRecord& call, std::uint64_t end, std::size_t size) {
    TaskRecord record = chunk_->made;
    record.call = call.call;
    record.kind = call.kind;
    record.kernel = call.kernel;
    record.label = call.label;
    record.submitted = call.submitted;
    if (chunk_->run != call.run) {
      resumed_.reset();
      resumed_.bind(1, static_cast<std::int64_t>(number(call.call))).bind(2, chunk_->run);
      if (resumed_.step()) record.submitted = time_of(resumed_.number(0));
      resumed_.reset();
    }
    const std::uint64_t chunk_end = std::min(chunk_->task + chunk_->count, end);
    std::optional<detail::ItemsView> items;
    if (chunk_->has_results && fits(size)) {
      items = detail::ItemsView(chunk_->count, size, chunks_.blob(10));
    }
    for (std::uint64_t task = chunk_->task; task < chunk_end; ++task) {
      if (items) {
        const std::span<const std::byte> bytes = (*items)[task - chunk_->task];
        record.result.emplace(bytes.begin(), bytes.end());
      }
      give(record, task);
    }
    return chunk_end;
  }

  // What collective calls moved is not recorded, and a row may be damaged.
  bool fits(std::size_t size) const {
    const std::size_t bytes = chunks_.blob(10).size();
    return size == variable_size ? bytes / 8 >= chunk_->count : bytes == chunk_->count * size;
  }

  void next_chunk() {
    if (!chunks_.step()) {
      chunk_.reset();
      return;
    }
    chunk_.emplace();
    chunk_->task = static_cast<std::uint64_t>(chunks_.number(0));
    chunk_->count = static_cast<std::uint64_t>(chunks_.number(1));
    chunk_->run = chunks_.number(2);
    TaskRecord& made = chunk_->made;
    made.run = static_cast<int>(chunk_->run);
    const auto ending = static_cast<Ending>(chunks_.number(3));
    made.status = ending == Ending::done     ? TaskStatus::done
                  : ending == Ending::failed ? TaskStatus::failed
                                             : TaskStatus::aborted;
    if (!chunks_.null(4)) {
      made.engine = EngineId(static_cast<int>(chunks_.number(4)));
      made.host = hosts_[{chunk_->run, chunks_.number(4)}];
    }
    made.attempt = static_cast<int>(chunks_.number(5));
    if (!chunks_.null(6)) made.started = time_of(chunks_.number(6));
    if (!chunks_.null(7)) made.completed = time_of(chunks_.number(7));
    made.received = time_of(chunks_.number(8));
    made.error = chunks_.text(9);
    chunk_->has_results = !chunks_.null(10);
  }

  void give(const TaskRecord& like, std::uint64_t task) {
    if (taken_ >= query_.most() || query_.excludes(TaskId{task})) return;
    TaskRecord record = like;
    record.id = TaskId{task};
    if (captured_) {
      outputs_.reset();
      outputs_.bind(1, static_cast<std::int64_t>(task));
      if (outputs_.step()) {
        record.out = outputs_.text(0);
        record.err = outputs_.text(1);
      }
      outputs_.reset();
    }
    if (resubmitted_) {
      again_.reset();
      again_.bind(1, static_cast<std::int64_t>(task));
      if (again_.step() && !again_.null(0)) {
        record.again = TaskId{static_cast<std::uint64_t>(again_.number(0))};
      }
      again_.reset();
    }
    if (!query_.matches(record)) return;
    query_.project(record);
    ++taken_;
    take_(std::move(record));
  }

  const Query& query_;
  const std::function<void(TaskRecord&&)>& take_;
  std::size_t taken_ = 0;
  std::int64_t last_run_ = 0;
  bool resubmitted_ = false;
  bool captured_ = false;
  std::unordered_map<std::int64_t, std::string> kernels_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> hosts_;
  Statement calls_;
  Statement chunks_;
  Statement outputs_;
  Statement resumed_;
  Statement again_;
  std::optional<Chunk> chunk_;  // the one that the cursor is at
};

}  // namespace

std::unique_ptr<Database> open_to_read(const std::string& file) {
  try {
    auto database = std::make_unique<Database>(file, Database::Access::read);
    const Content content = content_of(*database);
    if (content == Content::other_version) {
      throw JournalError(file + " is a journal of another version of the farm");
    }
    if (content != Content::journal) throw JournalError(file + " is no journal of the farm");
    return database;
  } catch (const DatabaseError& error) {
    throw JournalError(error.no_database()
                           ? file + " is no journal: " + error.what()
                           : "the journal " + file + " cannot be read: " + error.what());
  }
}

void read_tasks(Database& database, const Query& query,
                const std::function<void(TaskRecord&&)>& take) {
  const Snapshot snapshot(database);
  TaskReader(database, query, take).read();
}

}  // namespace farm::records

namespace farm {

void read_journal(const std::string& file, const Query& query,
                  const std::function<void(const TaskRecord&)>& take) {
  const auto database = records::open_to_read(file);
  try {
    records::read_tasks(*database, query, [&](TaskRecord&& record) { take(record); });
  } catch (const records::DatabaseError& error) {
    throw JournalError("the journal " + file + " cannot be read: " + error.what());
  }
}

}  // namespace farm
