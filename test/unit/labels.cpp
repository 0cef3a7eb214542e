// What engines have, and tasks that need it.

#include "client/labels.hpp"

#include <catch2/catch.hpp>

#include "farm/error.hpp"

using farm::EngineId;
using farm::engines_with;
using farm::read_label;

namespace {

std::vector<farm::EngineInfo> engines() {
  std::vector<farm::EngineInfo> all;
  for (int rank = 1; rank <= 4; ++rank) all.push_back({rank, "host", 1, 100 + rank});
  all[0].labels = {{"gpu", 1}};
  all[2].labels = {{"gpu", 2}, {"memory", read_label("memory=16G").amount}};
  all[3].labels = {{"memory", read_label("memory=1.5T").amount}, {"gpu", 0}};
  return all;
}

std::vector<EngineId> with(const std::vector<std::string>& needs,
                           const std::vector<EngineId>& among = {}) {
  return engines_with(needs, engines(), among);
}

}  // namespace

TEST_CASE("a label is a name with or without a number", "[unit][labels]") {
  CHECK(read_label("gpu").name == "gpu");
  CHECK(read_label("gpu").amount == 1);
  CHECK(read_label("gpu=2").amount == 2);
  CHECK(read_label("speed=2.5").amount == 2.5);
  CHECK(read_label("memory=16k").amount == 16384);
  CHECK(read_label("memory=16G").amount == 16.0 * (1 << 30));
  for (const char* bad :
       {"", "=2", "gpu=", "gpu=two", "gpu=-1", "gpu=2X", "g pu", "gpu=K", "a=nan"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(read_label(bad), std::invalid_argument);
  }
}

TEST_CASE("tasks find the engines that have what they need", "[unit][labels]") {
  CHECK(with({"gpu"}) == std::vector<EngineId>{1, 3});
  CHECK(with({"gpu=2"}) == std::vector<EngineId>{3});
  CHECK(with({"memory=16G"}) == std::vector<EngineId>{3, 4});
  CHECK(with({"memory=17G"}) == std::vector<EngineId>{4});
  CHECK(with({"gpu", "memory"}) == std::vector<EngineId>{3});
  CHECK(with({"gpu"}, {1, 2}) == std::vector<EngineId>{1});
}

TEST_CASE("where no engine has what is needed, it is said what they have", "[unit][labels]") {
  CHECK_THROWS_AS(with({"gpu=3"}), farm::NoEngines);
  CHECK_THROWS_WITH(with({"gpu=3", "memory"}),
                    "none of the 4 engines has gpu=3 and memory: they have gpu, gpu=0, gpu=2, "
                    "memory=1536G, memory=16G");
  CHECK_THROWS_WITH(with({"gpu"}, {2}),
                    "none of the 1 engines has gpu: no engine has a label (--farm-label gives "
                    "them)");
  CHECK_THROWS_AS(with({"g pu"}), std::invalid_argument);
}
