// The journal's thread: takes what the hub has appended, and commits it.

#include <cstring>

#include "records/journal.hpp"
#include "records/rows.hpp"

namespace farm::records {

namespace {

constexpr std::int64_t retry_ns = 1'000'000'000;

void write_rows(Rows& rows, const Buffer& batch) {
  for (std::size_t at = 0; at < batch.size();) {
    Entry entry;
    std::memcpy(&entry, batch.data() + at, sizeof entry);
    rows.write(entry, batch.span().subspan(at + sizeof entry, entry.size));
    at += sizeof entry + padded(entry.size);
  }
}

}  // namespace

void Journal::write_loop() {
  Rows rows(*writing_, run_, clock_);
  Buffer batch;
  bool open = true;
  while (open) {
    open = queue_.take(batch, trouble_ ? retry_ns : setup_.pace_ns);
    if (batch.size() == 0) {
      queue_.committed();
      continue;
    }
    try {
      writing_->run("BEGIN IMMEDIATE");
      write_rows(rows, batch);
      writing_->run("COMMIT");
      batch.clear();
      queue_.committed();
      if (std::exchange(trouble_, false)) say("the journal " + setup_.file + " is written again");
    } catch (const DatabaseError& error) {
      writing_->try_run("ROLLBACK");
      rows.forget();
      if (!std::exchange(trouble_, true)) {
        say("the journal " + setup_.file + " cannot be written: " + error.what() +
            "; the run goes on, and it is tried again");
      }
      queue_.failed();  // whoever waits finds that it has been said
      open = !queue_.closed();
    }
  }
  end_run(batch.size() != 0);
}

// `left`: what was appended last could not be written.
void Journal::end_run(bool left) {
  if (const std::uint64_t lost = queue_.lost(); left || lost != 0) {
    say("the journal " + setup_.file +
        " lacks the last of this run, which the next one will run again");
    return;
  }
  const std::int64_t now = clock_.civil(time::Clock::now()).time_since_epoch().count();
  writing_->try_run("UPDATE runs SET ended = " + std::to_string(now) +
                    " WHERE run = " + std::to_string(run_));
}

}  // namespace farm::records
