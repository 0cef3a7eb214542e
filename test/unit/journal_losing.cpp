// What the journal says of tries that their engines did not end.

#include "journal_bed.hpp"
#include "mortal_farm.hpp"
#include "records/database.hpp"

namespace journal_losing {

int triple(int x) { return 3 * x; }
int together(farm::Engine& here, int x) { return here.size() * x; }

/// Rows of the table of tries: "task+count engine attempt error".
std::vector<std::string> tries(const std::string& file) {
  farm::records::Database database(file, farm::records::Database::Access::read);
  farm::records::Statement row(
      database,
      "SELECT task || '+' || count || ' ' || engine || ' ' || attempt || ' ' || error "
      "FROM tries ORDER BY task, attempt");
  std::vector<std::string> rows;
  while (row.step()) rows.push_back(row.text(0));
  return rows;
}

/// Rows of one journal whose farm does this.
template <class Body>
std::vector<std::string> tries_after(Body&& body) {
  const unit::Folder folder;
  {
    farm::records::Journal journal(unit::journal_setup(folder.file("journal")));
    unit::MortalFarm farm(3);
    farm.hub->record_in(journal);
    body(farm);
    farm.run();
    CHECK(farm.hub->totals().outstanding() == 0);
  }
  return tries(folder.file("journal"));
}

}  // namespace journal_losing

using namespace journal_losing;
using Catch::Contains;

TEST_CASE("A try that ends with its engine is recorded with the cause") {
  const auto rows = tries_after([](unit::MortalFarm& farm) {
    farm.map(farm::kernel<&triple>, unit::counted(4), unit::chunks_of(4, 1));
    farm.kill(1);
  });
  REQUIRE(rows.size() == 1);
  CHECK_THAT(rows[0], Contains("+4 1 1 ") && Contains("its process has ended"));
}

TEST_CASE("A try of several engines is recorded once with the first that died") {
  const auto rows = tries_after([](unit::MortalFarm& farm) {
    farm::TaskOptions two;
    two.ranks = 2;
    farm.map(farm::kernel<&together>, unit::counted(1), two);
    farm.kill(2);
  });
  REQUIRE(rows.size() == 1);
  CHECK_THAT(rows[0], Contains("+1 2 1 ") && Contains("its process has ended"));
}

TEST_CASE("A try that does not stop at its limit is recorded") {
  const auto rows = tries_after([](unit::MortalFarm& farm) {
    farm::TaskOptions again = unit::chunks_of(1, 1);
    again.retries = 1;
    auto& batch = farm.map(farm::kernel<&triple>, unit::counted(1), again);
    farm.forge(1, farm::wire::Overdue{farm.hub->scheduler().held_by(1)[0].ticket, batch.first}, {});
    farm.hub->poll();
    farm.kill(1);
  });
  REQUIRE(rows.size() == 1);
  CHECK_THAT(rows[0], Contains("+1 1 1 ") && Contains("past its run-time limit on engine 1"));
}
