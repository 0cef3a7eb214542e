#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "farm_app/run/ledger.hpp"
#include "unit/run_folder.hpp"

using app::Ending;
using app::Ledger;

namespace {

/// A ledger whose tasks 10, 20, 30 ... are the commands 1, 2, 3 ... and print nothing.
class LedgerBed {
 public:
  explicit LedgerBed(bool keep_order = false) : ledger_(settings(keep_order)) {}

  Ledger* operator->() { return &ledger_; }
  void expect(std::uint64_t commands) {
    for (std::uint64_t seq = 1; seq <= commands; ++seq) ledger_.printer().expect(10 * seq);
  }
  void end(std::uint64_t seq) {
    Ending ending;
    ending.seq = seq;
    ending.command = "true";
    ledger_.add(10 * seq, ending);
  }
  /// Numbers of commands, in the order of the log.
  std::vector<std::uint64_t> logged() const {
    std::istringstream log(folder_.text("log"));
    std::string line;
    std::getline(log, line);
    std::vector<std::uint64_t> numbers;
    while (std::getline(log, line)) numbers.push_back(std::stoull(line));
    return numbers;
  }

 private:
  app::RunSettings settings(bool keep_order) const {
    app::RunSettings settings;
    settings.joblog = folder_.file("log");
    settings.keep_order = keep_order;
    return settings;
  }

  RunFolder folder_;
  Ledger ledger_;
};

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("the log has commands as they end") {
  LedgerBed bed;
  bed.expect(3);
  bed.end(3);
  CHECK(bed.logged() == Numbers{3});
  bed.end(1);
  CHECK(bed.logged() == Numbers{3, 1});
  CHECK(bed->waiting() == 0);
  bed.end(2);
  bed->close(0);
  CHECK(bed.logged() == Numbers{3, 1, 2});
}

TEST_CASE("with --keep-order the log has a command when those before it have ended") {
  LedgerBed bed(true);
  bed.expect(4);
  bed.end(2);
  bed.end(4);
  CHECK(bed.logged().empty());
  CHECK(bed->waiting() == 2);
  bed.end(1);
  CHECK(bed.logged() == Numbers{1, 2});
  CHECK(bed->waiting() == 1);
  bed.end(3);
  CHECK(bed.logged() == Numbers{1, 2, 3, 4});
}

TEST_CASE("a command that was taken back is not in the log and holds up none") {
  LedgerBed bed(true);
  bed.expect(2);
  bed.end(2);
  bed->printer().ended(10);
  bed->flush(0, 0);
  CHECK(bed.logged() == Numbers{2});
}
