#include <algorithm>
#include <catch2/catch.hpp>

#include "farm_app/run/command_environment.hpp"
#include "farm_app/run/gpus.hpp"

using app::CommandEnvironment;
using app::reaches_commands;

TEST_CASE("what tells a process which rank it is does not reach commands") {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "OMPI_MCA_ess", "PMIX_RANK", "PMI_RANK",
                           "PMI_FD", "HYDI_CONTROL_FD", "MPI_LOCALRANKID", "MV2_COMM_WORLD_RANK",
                           "FARM_RUN_KEEPER", "FARM_FIFO", "FARM_CHUNK"}) {
    CHECK_FALSE(reaches_commands(name));
  }
  for (const char* name : {"PATH", "HOME", "SLURM_JOB_ID", "OMP_NUM_THREADS", "MPI_HOME",
                           "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "PMIXER"}) {
    CHECK(reaches_commands(name));
  }
}

TEST_CASE(
    "variables are added to those of the process, and replace them, and the last one counts") {
  const char* const process[] = {"A=1", "OMPI_B=2", "C=3=3", nullptr};
  const CommandEnvironment base(process);
  std::vector<std::string> room;
  std::vector<const char*> environment =
      base.with({{"C", "x"}, {"D", "a\nb"}, {"D", ""}, {"FARM_SEQ", "7"}}, room);
  REQUIRE(environment.back() == nullptr);
  environment.pop_back();
  CHECK(std::vector<std::string>(environment.begin(), environment.end()) ==
        std::vector<std::string>{"A=1", "C=x", "D=", "FARM_SEQ=7"});
  CHECK(CommandEnvironment(nullptr).with({}, room) == std::vector<const char*>{nullptr});
}

TEST_CASE("engines of a host share its GPUs as their labels say") {
  const auto engine = [](int id, const char* host, farm::Labels labels) {
    return farm::EngineInfo{id, host, 1, 1, std::move(labels)};
  };
  const auto gpus = app::gpus_of({engine(1, "a", {{"gpu", 2}}), engine(2, "b", {{"gpu", 1}}),
                                  engine(3, "a", {{"memory", 1}}), engine(4, "a", {{"gpu", 1}})},
                                 "gpu");
  CHECK(gpus == std::vector<std::pair<int, std::string>>{{1, "0,1"}, {2, "0"}, {4, "2"}});
  CHECK(app::visible_gpus("0,1", nullptr) == "0,1");
  CHECK(app::visible_gpus("0,2", "4,5,GPU-abc") == "4,GPU-abc");
  CHECK(app::visible_gpus("1", "4").empty());
}
