#include "records/rows.hpp"

#include <cstring>
#include <string_view>

#include "farm/detail/fault.hpp"

namespace farm::records {

namespace {

// SQLite takes no more for one value; what is larger is run again by the next run.
constexpr std::size_t largest_result = 1'000'000'000;

std::string_view text_in(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Errors come from kernels, and engines may send anything.
std::string described(std::span<const std::byte> failure) {
  try {
    return detail::describe_failure(failure);
  } catch (const Error&) {
    return "failed with an error that cannot be read";
  }
}

std::int64_t signed_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

Rows::Rows(Database& database, std::int64_t run, const time::Clock& clock)
    : run_(run),
      clock_(clock),
      add_kernel_(database, "INSERT OR IGNORE INTO kernels(name, identity) VALUES(?1, ?2)"),
      find_kernel_(database, "SELECT kernel FROM kernels WHERE identity = ?1"),
      add_call_(database,
                "INSERT OR REPLACE INTO calls(task, count, run, kind, share, sequence, kernel, "
                "label, submitted, result_size, digest) "
                "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
      add_resumed_(database,
                   "INSERT OR REPLACE INTO resumed(task, run, submitted) VALUES(?1, ?2, ?3)"),
      set_aside_(database,
                 "INSERT INTO tries(task, count, run, engine, attempt, started, completed, error) "
                 "SELECT task, count, run, engine, attempt, started, completed, error FROM chunks "
                 "WHERE task >= ?1 AND task < ?2 AND status = 1"),
      drop_unfinished_(database,
                       "DELETE FROM chunks WHERE task >= ?1 AND task < ?2 AND "
                       "(status <> 0 OR results IS NULL)"),
      drop_call_(database, "DELETE FROM calls WHERE task = ?1"),
      drop_chunks_(database, "DELETE FROM chunks WHERE task >= ?1 AND task < ?2"),
      add_chunk_(database,
                 "INSERT OR REPLACE INTO chunks(task, count, run, status, engine, attempt, "
                 "started, completed, received, error, results) "
                 "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
      add_try_(database,
               "INSERT INTO tries(task, count, run, engine, attempt, started, completed, error) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
      add_output_(database,
                  "INSERT INTO outputs(task, stdout, stderr) VALUES(?1, ?2, ?3) "
                  "ON CONFLICT(task) DO UPDATE SET stdout = stdout || excluded.stdout, "
                  "stderr = stderr || excluded.stderr"),
      add_resubmission_(database,
                        "INSERT OR REPLACE INTO resubmissions(task, again) VALUES(?1, ?2)") {}

std::int64_t Rows::civil(std::int64_t at) const {
  return clock_.civil(at).time_since_epoch().count();
}

void Rows::write(const Entry& entry, std::span<const std::byte> bytes) {
  switch (entry.kind) {
    case Entry::Kind::call:
      return call(entry, bytes);
    case Entry::Kind::resumed:
      return resumed(entry);
    case Entry::Kind::erased:
      return erased(entry);
    case Entry::Kind::done:
    case Entry::Kind::failed:
    case Entry::Kind::aborted:
      return ended(entry, bytes);
    case Entry::Kind::tried:
      return tried(entry, bytes);
    case Entry::Kind::output:
      return add_output_.bind(1, signed_of(entry.task))
          .bind(2, text_in(bytes.first(entry.count)))
          .bind(3, text_in(bytes.subspan(entry.count)))
          .run();
    case Entry::Kind::resubmitted:
      return add_resubmission_.bind(1, signed_of(entry.task)).bind(2, signed_of(entry.count)).run();
  }
}

std::int64_t Rows::number_of(const detail::KernelEntry& kernel) {
  std::int64_t& number = kernels_[&kernel];
  if (number != 0) return number;
  const std::string name = detail::readable_name(kernel);
  const std::string identity = kernel.identity();
  add_kernel_.bind(1, name).bind(2, identity).run();
  find_kernel_.bind(1, identity).step();
  number = find_kernel_.number(0);
  find_kernel_.reset();
  return number;
}

void Rows::call(const Entry& entry, std::span<const std::byte> bytes) {
  Called called;
  std::memcpy(&called, bytes.data(), sizeof called);
  add_call_.bind(1, signed_of(entry.task)).bind(2, signed_of(entry.count)).bind(3, run_);
  add_call_.bind(4, static_cast<std::int64_t>(called.kind)).bind(5, signed_of(called.share));
  called.placed ? add_call_.bind(6, signed_of(called.sequence)) : add_call_.bind_null(6);
  add_call_.bind(7, number_of(*called.kernel));
  const std::string_view label = text_in(bytes.subspan(sizeof called));
  label.empty() ? add_call_.bind_null(8) : add_call_.bind(8, label);
  add_call_.bind(9, civil(called.submitted)).bind(10, called.result_size);
  called.recalled ? add_call_.bind(11, std::as_bytes(std::span(&called.digest, 1)))
                  : add_call_.bind_null(11);
  add_call_.run();
}

void Rows::resumed(const Entry& entry) {
  const auto first = signed_of(entry.task);
  const auto end = signed_of(entry.task + entry.count);
  add_resumed_.bind(1, first).bind(2, run_).bind(3, civil(entry.received)).run();
  set_aside_.bind(1, first).bind(2, end).run();
  drop_unfinished_.bind(1, first).bind(2, end).run();
}

void Rows::erased(const Entry& entry) {
  const auto first = signed_of(entry.task);
  drop_call_.bind(1, first).run();
  drop_chunks_.bind(1, first).bind(2, signed_of(entry.task + entry.count)).run();
}

void Rows::ended(const Entry& entry, std::span<const std::byte> bytes) {
  const bool done = entry.kind == Entry::Kind::done;
  const bool failed = entry.kind == Entry::Kind::failed;
  const Ending ending = done ? Ending::done : failed ? Ending::failed : Ending::aborted;
  add_chunk_.bind(1, signed_of(entry.task)).bind(2, signed_of(entry.count)).bind(3, run_);
  add_chunk_.bind(4, static_cast<std::int64_t>(ending));
  entry.engine < 0 ? add_chunk_.bind_null(5) : add_chunk_.bind(5, entry.engine);
  add_chunk_.bind(6, entry.attempt);
  if (entry.attempt == 0) {
    add_chunk_.bind_null(7).bind_null(8);
  } else {
    add_chunk_.bind(7, civil(entry.started)).bind(8, civil(entry.completed));
  }
  add_chunk_.bind(9, civil(entry.received));
  std::string error;
  if (failed) {
    error = described(bytes);
    add_chunk_.bind(10, error);
  } else {
    add_chunk_.bind_null(10);
  }
  const bool kept = done && bytes.size() <= largest_result;
  kept ? add_chunk_.bind(11, bytes) : add_chunk_.bind_null(11);
  add_chunk_.run();
}

void Rows::tried(const Entry& entry, std::span<const std::byte> bytes) {
  const std::string error = described(bytes);
  add_try_.bind(1, signed_of(entry.task)).bind(2, signed_of(entry.count)).bind(3, run_);
  entry.engine < 0 ? add_try_.bind_null(4) : add_try_.bind(4, entry.engine);
  add_try_.bind(5, entry.attempt).bind(6, civil(entry.started)).bind(7, civil(entry.completed));
  add_try_.bind(8, error).run();
}

}  // namespace farm::records
