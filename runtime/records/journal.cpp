// How a journal is opened, and what the hub says to it.

#include "records/journal.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace farm::records {

namespace {

constexpr std::uint32_t wire_variable = 0xffffffff;  // a size that depends on the value

std::string holder(const JournalSetup& setup) {
  return setup.program + " (process " + std::to_string(setup.hub.pid) + " on " + setup.hub.host +
         ")";
}

// SQLite makes nothing of what is no file.
const std::string& checked(const std::string& file) {
  struct stat what {};
  if (stat(file.c_str(), &what) != 0 || S_ISREG(what.st_mode)) return file;
  throw JournalError("the journal " + file + " is a " +
                     (S_ISDIR(what.st_mode) ? "directory" : "device or pipe") + ": name a file");
}

// A database's word, as a sentence about the file.
JournalError unusable(const std::string& file, const DatabaseError& error) {
  if (error.no_database()) {
    return JournalError(file + " is no journal: " + error.what() + "; name another file");
  }
  return JournalError("the journal " + file + " cannot be written: " + error.what());
}

}  // namespace

Journal::Journal(JournalSetup setup)
    : setup_(std::move(setup)),
      lock_(checked(setup_.file), holder(setup_)),
      queue_(setup_.queue_limit) {
  try {
    open();
    begin_run();
  } catch (const DatabaseError& error) {
    throw unusable(setup_.file, error);
  }
  writer_ = std::thread([this] { write_loop(); });
}

Journal::~Journal() {
  queue_.close();
  writer_.join();
}

void Journal::say(const std::string& what) const {
  if (setup_.say) setup_.say(what);
}

void Journal::open() {
  if (access(setup_.file.c_str(), F_OK) == 0 && access(setup_.file.c_str(), W_OK) != 0) {
    throw JournalError("the journal " + setup_.file +
                       " cannot be written: " + std::strerror(errno));
  }
  writing_ = std::make_unique<Database>(setup_.file, Database::Access::write);
  Database& database = *writing_;
  const Content content = content_of(database);
  if (content == Content::other) {
    throw JournalError(setup_.file + " is a database of another program: name another file");
  }
  if (content == Content::other_version) {
    throw JournalError("the journal " + setup_.file +
                       " is of another version of the farm: name another file");
  }
  if (database.read_only()) {
    throw JournalError("the journal " + setup_.file + " cannot be written: it is read-only");
  }
  if (!lock_.held()) {
    say("the file system of the journal " + setup_.file +
        " knows no locks: make sure that no other job writes it");
  }
  const bool ahead = setup_.write_ahead && !on_network(setup_.file) &&
                     database.text("PRAGMA journal_mode = WAL") == "wal";
  if (!ahead) {
    database.text("PRAGMA journal_mode = TRUNCATE");
    say("the journal " + setup_.file +
        " lies where SQLite cannot write ahead (a network file system?): it is written with a "
        "rollback journal, which takes longer");
  }
  database.run("PRAGMA synchronous = FULL");
  database.run("PRAGMA wal_autocheckpoint = 4000");
  database.run("PRAGMA journal_size_limit = 67108864");
  if (content == Content::empty) make_tables(database);
}

void Journal::begin_run() {
  Database& database = *writing_;
  database.run("BEGIN IMMEDIATE");
  {
    Statement last(database, "SELECT run, program, seed FROM runs ORDER BY run DESC LIMIT 1");
    if (last.step()) {
      run_ = last.number(0) + 1;
      if (last.text(1) != setup_.program && !setup_.force) {
        throw JournalError("the journal " + setup_.file + " is of the program " + last.text(1) +
                           ", and this is " + setup_.program +
                           ": name another file, or say --farm-journal-force=yes");
      }
      if (static_cast<std::uint64_t>(last.number(2)) != setup_.seed && !setup_.force) {
        throw JournalError("the journal " + setup_.file + " was written with --farm-seed=" +
                           std::to_string(static_cast<std::uint64_t>(last.number(2))) +
                           ", and this run has --farm-seed=" + std::to_string(setup_.seed) +
                           ": kernels would draw other random numbers; say the same seed, or "
                           "--farm-journal-force=yes");
      }
    }
  }
  next_task_ = old_calls_ = static_cast<std::uint64_t>(
      database.number("SELECT coalesce(max(task + count), 0) FROM calls WHERE task = "
                      "(SELECT max(task) FROM calls)"));
  const std::int64_t now = clock_.civil(time::Clock::now()).time_since_epoch().count();
  Statement add(database,
                "INSERT INTO runs(run, program, host, pid, seed, started) VALUES(?,?,?,?,?,?)");
  add.bind(1, run_).bind(2, setup_.program).bind(3, setup_.hub.host).bind(4, setup_.hub.pid);
  add.bind(5, static_cast<std::int64_t>(setup_.seed)).bind(6, now).run();
  Statement engine(database, "INSERT INTO engines(run, engine, host) VALUES(?,?,?)");
  for (const EngineInfo& info : setup_.engines) {
    engine.bind(1, run_).bind(2, info.id.rank()).bind(3, info.host).run();
  }
  database.run("COMMIT");
}

void Journal::call(std::uint64_t task, std::uint64_t count, const Called& called,
                   std::string_view label) {
  Entry entry;
  entry.kind = Entry::Kind::call;
  entry.task = task;
  entry.count = count;
  queue_.push(entry, std::as_bytes(std::span(&called, 1)), std::as_bytes(std::span(label)));
}

void Journal::resumed(std::uint64_t task, std::uint64_t count, std::int64_t submitted) {
  Entry entry;
  entry.kind = Entry::Kind::resumed;
  entry.task = task;
  entry.count = count;
  entry.received = submitted;
  queue_.push(entry);
}

namespace {

Entry entry_of(Entry::Kind kind, std::uint64_t task, const results::Record& record) {
  Entry entry;
  entry.kind = kind;
  entry.attempt = record.attempt;
  entry.task = task + record.first;
  entry.count = record.count;
  entry.started = record.started;
  entry.completed = record.completed;
  entry.received = record.received;
  entry.engine = record.engine;
  return entry;
}

}  // namespace

void Journal::ended(std::uint64_t task, const results::Record& record,
                    const detail::ItemsView& items, std::uint32_t result_size) {
  const auto failed = [&](std::uint64_t i) { return items.failed(i); };
  bool any = false;
  for (std::uint64_t i = 0; !items.fixed() && !any && i < record.count; ++i) any = failed(i);
  if (!any) return queue_.push(entry_of(Entry::Kind::done, task, record), items.bytes());
  // What failed runs again by itself: each has a row of its own, with an even part of the time.
  const std::int64_t each = (record.completed - record.started) / std::max(record.count, 1U);
  for (std::uint64_t i = 0; i < record.count; ++i) {
    results::Record one = record;
    one.first = record.first + i;
    one.count = 1;
    one.started = record.started + each * static_cast<std::int64_t>(i);
    one.completed = one.started + each;
    ended(task, one, items[i], result_size, failed(i));
  }
}

void Journal::ended(std::uint64_t task, const results::Record& record,
                    std::span<const std::byte> bytes, std::uint32_t result_size, bool failed) {
  if (failed) return queue_.push(entry_of(Entry::Kind::failed, task, record), bytes);
  const Entry entry = entry_of(Entry::Kind::done, task, record);
  if (result_size != wire_variable) return queue_.push(entry, bytes);
  // As ItemsView reads it: the end of each item behind them all.
  const std::uint64_t end = bytes.size();
  queue_.push(entry, bytes, std::as_bytes(std::span(&end, 1)));
}

void Journal::aborted(std::uint64_t task, const results::Record& record, const Bytes* failure) {
  queue_.push(entry_of(failure ? Entry::Kind::failed : Entry::Kind::aborted, task, record),
              failure ? failure->span() : std::span<const std::byte>());
}

void Journal::tried(std::uint64_t task, const results::Record& record,
                    std::span<const std::byte> failure) {
  queue_.push(entry_of(Entry::Kind::tried, task, record), failure);
}

void Journal::output(std::uint64_t task, std::string_view out, std::string_view err) {
  Entry entry;
  entry.kind = Entry::Kind::output;
  entry.task = task;
  entry.count = out.size();
  queue_.push(entry, std::as_bytes(std::span(out)), std::as_bytes(std::span(err)));
}

void Journal::resubmitted(std::uint64_t task, std::uint64_t again) {
  Entry entry;
  entry.kind = Entry::Kind::resubmitted;
  entry.task = task;
  entry.count = again;
  queue_.push(entry);
}

}  // namespace farm::records
