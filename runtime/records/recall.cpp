// What earlier runs know of a call.

#include <cstring>
#include <map>

#include "records/journal.hpp"
#include "records/reader.hpp"

namespace farm::records {

/// A recorded call.
struct Journal::Known {
  std::uint64_t task = 0;
  std::uint64_t count = 0;
  std::uint32_t result_size = 0;
  std::int64_t submitted = 0;
  std::string identity;  // of its kernel
  std::string name;
  Digest digest;

  bool is(const Asked& asked) const {
    return digest == asked.digest && count == asked.count && result_size == asked.result_size &&
           identity == asked.kernel->identity();
  }
};

namespace {

constexpr const char* columns =
    "calls.task, calls.count, calls.result_size, calls.submitted, kernels.identity, kernels.name, "
    "calls.digest";

}  // namespace

Database& Journal::reader() {
  if (!reading_) reading_ = std::make_unique<Database>(setup_.file, Database::Access::read);
  return *reading_;
}

namespace {

template <class Known>
Known known_in(const Statement& row) {
  Known known;
  known.task = static_cast<std::uint64_t>(row.number(0));
  known.count = static_cast<std::uint64_t>(row.number(1));
  known.result_size = static_cast<std::uint32_t>(row.number(2));
  known.submitted = row.number(3);
  known.identity = row.text(4);
  known.name = row.text(5);
  const std::span<const std::byte> digest = row.blob(6);
  if (digest.size() == sizeof known.digest) {
    std::memcpy(&known.digest, digest.data(), sizeof known.digest);
  }
  return known;
}

}  // namespace

std::optional<Journal::Known> Journal::at_place(std::uint64_t share, std::uint64_t sequence) {
  if (!find_place_) {
    find_place_ = std::make_unique<Statement>(
        reader(), std::string("SELECT ") + columns +
                      " FROM calls JOIN kernels USING(kernel) "
                      "WHERE share = ?1 AND sequence = ?2 AND task < ?3");
  }
  find_place_->reset();
  find_place_->bind(1, static_cast<std::int64_t>(share))
      .bind(2, static_cast<std::int64_t>(sequence));
  find_place_->bind(3, static_cast<std::int64_t>(old_calls_));
  std::optional<Known> known;
  if (find_place_->step()) known = known_in<Known>(*find_place_);
  find_place_->reset();
  return known;
}

// Few runs need it: those whose calls come in an order that depends on time.
void Journal::index_digests() {
  reader().run("PRAGMA temp_store = MEMORY");
  reader().run("CREATE TEMP TABLE digests(digest BLOB, task INTEGER)");
  reader().run(
      "INSERT INTO digests SELECT digest, task FROM main.calls WHERE digest NOT NULL "
      "AND task < " +
      std::to_string(old_calls_));
  reader().run("CREATE INDEX temp.by_digest ON digests(digest, task)");
  find_digest_ = std::make_unique<Statement>(
      reader(), std::string("SELECT ") + columns +
                    " FROM digests JOIN calls USING(task) JOIN kernels USING(kernel) "
                    "WHERE digests.digest = ?1 AND calls.share = ?2 ORDER BY task");
}

std::optional<Journal::Known> Journal::of_digest(const Asked& asked) {
  if (!find_digest_) index_digests();
  find_digest_->reset();
  find_digest_->bind(1, std::as_bytes(std::span(&asked.digest, 1)))
      .bind(2, static_cast<std::int64_t>(asked.share));
  std::optional<Known> known;
  while (!known && find_digest_->step()) {
    Known candidate = known_in<Known>(*find_digest_);
    if (candidate.is(asked) && !found_.contains(candidate.task)) known = std::move(candidate);
  }
  find_digest_->reset();
  return known;
}

std::uint64_t Journal::recorded_items(std::uint64_t share, std::uint64_t sequence) {
  if (old_calls_ == 0) return 0;
  const std::optional<Known> known = at_place(share, sequence);
  return known ? known->count : 0;
}

Found Journal::find(const Asked& asked) try {
  Found found;
  if (asked.placed) found.sequence = sequences_[asked.share]++;
  if (old_calls_ == 0) return found;
  std::optional<Known> known;
  std::optional<Known> there;
  if (asked.placed) {
    there = at_place(asked.share, found.sequence);
    // Beyond the last place everything is new.
    if (!there) return found;
    if (there->is(asked) && !found_.contains(there->task)) known = there;
  }
  if (!known) known = of_digest(asked);
  if (!known && there) {
    if (!setup_.force) refuse(asked, found.sequence, *there);
    Entry entry;
    entry.kind = Entry::Kind::erased;
    entry.task = there->task;
    entry.count = there->count;
    if (!found_.contains(there->task)) queue_.push(entry);
  }
  if (!known) return found;
  found_.insert(known->task);
  found.task = known->task;
  found.submitted = known->submitted - clock_.civil(0).time_since_epoch().count();
  return found;
} catch (const DatabaseError& error) {
  throw JournalError("the journal " + setup_.file + " cannot be read: " + error.what());
}

void Journal::refuse(const Asked& asked, std::uint64_t sequence, const Known& known) {
  const auto described = [](const std::string& name, std::uint64_t count) {
    return name + " on " + std::to_string(count) + (count == 1 ? " input" : " inputs");
  };
  const std::string now = described(detail::readable_name(*asked.kernel), asked.count);
  const std::string then = described(known.name, known.count);
  throw JournalError("call " + std::to_string(sequence + 1) + " of view " +
                     std::to_string(asked.share & 0xffffffff) +
                     " is not the one that the journal " + setup_.file + " has at its place: " +
                     (now == then ? now + ", but the inputs have changed"
                                  : "now it is " + now + ", then it was " + then) +
                     ". Name another journal, or say --farm-journal-force=yes to run anew what has "
                     "changed");
}

void Journal::query(const Query& query, const std::function<void(TaskRecord&&)>& take) {
  flush();
  // A connection of its own: the run goes on meanwhile.
  const auto database = open_to_read(setup_.file);
  try {
    read_tasks(*database, query, take);
  } catch (const DatabaseError& error) {
    throw JournalError("the journal " + setup_.file + " cannot be read: " + error.what());
  }
}

std::uint64_t Journal::purge(const Query& query) {
  std::map<std::uint64_t, std::uint64_t> matches;  // by call
  Query all = query;
  all.keys({Key::call, Key::status});
  this->query(all, [&](TaskRecord&& record) {
    if (record.status != TaskStatus::pending) ++matches[number(record.call)];
  });
  const auto database = open_to_read(setup_.file);
  Statement size(*database, "SELECT count FROM calls WHERE task = ?1");
  std::uint64_t purged = 0;
  for (const auto& [call, count] : matches) {
    size.bind(1, static_cast<std::int64_t>(call));
    const bool whole = size.step() && static_cast<std::uint64_t>(size.number(0)) == count;
    size.reset();
    if (!whole) continue;
    Entry entry;
    entry.kind = Entry::Kind::erased;
    entry.task = call;
    entry.count = count;
    queue_.push(entry);
    purged += count;
  }
  return purged;
}

void Journal::read(std::uint64_t task, std::uint64_t count,
                   const std::function<void(const Part&)>& take) try {
  Statement rows(reader(),
                 "SELECT chunks.task, count, engine, attempt, chunks.started, completed, received, "
                 "results, host FROM chunks LEFT JOIN engines USING(run, engine) "
                 "WHERE chunks.task >= ?1 AND chunks.task < ?2 AND status = 0 "
                 "AND results NOT NULL ORDER BY received, chunks.task");
  rows.bind(1, static_cast<std::int64_t>(task)).bind(2, static_cast<std::int64_t>(task + count));
  const std::int64_t offset = clock_.civil(0).time_since_epoch().count();
  while (rows.step()) {
    Part part;
    part.record.first = static_cast<std::uint64_t>(rows.number(0)) - task;
    part.record.count = static_cast<std::uint32_t>(rows.number(1));
    part.record.engine = rows.null(2) ? -1 : static_cast<std::int32_t>(rows.number(2));
    part.record.attempt = static_cast<std::uint32_t>(rows.number(3));
    part.record.started = rows.number(4) - offset;
    part.record.completed = rows.number(5) - offset;
    part.record.received = rows.number(6) - offset;
    part.host = rows.text(8);
    part.results = rows.blob(7);
    take(part);
    recalled_ += part.record.count;
  }
} catch (const DatabaseError& error) {
  throw JournalError("the journal " + setup_.file + " cannot be read: " + error.what());
}

}  // namespace farm::records
