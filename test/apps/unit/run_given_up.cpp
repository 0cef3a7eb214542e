#include "farm_app/run/given_up.hpp"

#include <catch2/catch.hpp>

namespace {

farm::Time at(double seconds) {
  return farm::Time(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
}

app::Ending given_up(const farm::TaskInfo& info) {
  return app::given_up(7, {{"echo ", ""}}, info, "its engine has died", 1000);
}

}  // namespace

TEST_CASE("run: a command that is given up has the times that are known of it") {
  farm::TaskInfo info;
  info.engine = farm::EngineId{3};
  info.host = "node3";
  info.attempt = 2;
  const app::Ending bare = given_up(info);
  CHECK(bare.seq == 7);
  CHECK(bare.command == "echo 3");
  CHECK(bare.host == "node3");
  CHECK(bare.attempt == 2);
  CHECK(bare.problem == "its engine has died");
  CHECK(bare.status == 255);
  CHECK(bare.start == 1000);
  CHECK(bare.seconds == 0);
  info.received = at(900);
  CHECK(given_up(info).start == Approx(900));
  info.started = at(800);
  info.completed = at(850);
  CHECK(given_up(info).start == Approx(800));
  CHECK(given_up(info).seconds == Approx(50));
}
