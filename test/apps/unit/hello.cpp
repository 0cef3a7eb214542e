#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "farm_app/hello/allocation.hpp"
#include "farm_app/hello/cluster.hpp"
#include "farm_app/hello/ranges.hpp"
#include "farm_app/hello/report.hpp"

using Catch::Contains;

namespace {

std::vector<int> counted(int from, int to) {
  std::vector<int> numbers(static_cast<std::size_t>(to - from + 1));
  std::iota(numbers.begin(), numbers.end(), from);
  return numbers;
}

app::Place place(int rank, const std::string& host, std::vector<int> cores) {
  app::Place place;
  place.rank = rank;
  place.local_rank = rank;
  place.host = host;
  place.cores = std::move(cores);
  place.cores_of_host = 16;
  place.mpi = "Open MPI v4.1.4";
  place.transport = "ob1: tcp, vader";
  return place;
}

// 64 ranks on 4 hosts, none bound.
app::Cluster large() {
  std::vector<app::Place> places;
  for (int rank = 0; rank < 64; ++rank) {
    places.push_back(place(rank, "node" + std::to_string(rank / 16 + 1), counted(0, 15)));
  }
  app::Cluster cluster;
  cluster.hosts = app::by_host(places);
  cluster.hosts[1].link = app::Link{120e-6, 1.1e9, -0.0004};
  cluster.allocation = {"Grid Engine", "17", 64, {}};
  for (const app::HostGroup& group : cluster.hosts) cluster.allocation.host[group.host] = 16;
  return cluster;
}

void clear_variables() {
  for (const char* name :
       {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "PE_HOSTFILE", "SGE_CELL", "JOB_ID"}) {
    unsetenv(name);
  }
}

}  // namespace

TEST_CASE("numbers in a row become a range", "[unit][hello]") {
  CHECK(app::ranges({}).empty());
  CHECK(app::ranges({3}) == "3");
  CHECK(app::ranges({0, 1, 2, 3, 8, 10, 11}) == "0-3,8,10-11");
}

TEST_CASE("components of Open MPI are found among the mapped files", "[unit][hello]") {
  const std::string maps =
      "7f00-7f01 r--p 00000000 08:01 1 /usr/lib/openmpi/lib/openmpi3/mca_btl_vader.so\n"
      "7f01-7f02 r-xp 00000000 08:01 1 /usr/lib/openmpi/lib/openmpi3/mca_btl_vader.so\n"
      "7f02-7f03 r-xp 00000000 08:01 1 /usr/lib/openmpi/lib/openmpi3/mca_btl_tcp.so\n"
      "7f03-7f04 r-xp 00000000 08:01 1 /usr/lib/openmpi/lib/openmpi3/mca_btl_self.so\n"
      "7f04-7f05 r-xp 00000000 08:01 1 /usr/lib/openmpi/lib/openmpi3/mca_pml_ob1.so\n"
      "7f05-7f06 r-xp 00000000 08:01 1 /usr/lib/openmpi/lib/openmpi3/mca_coll_tuned.so\n"
      "7f06-7f07 rw-p 00000000 00:00 0 [heap]\n";
  CHECK(app::transport_of(maps) == "ob1: tcp, vader");
  CHECK(app::transport_of("x /a/mca_pml_ucx.so\n") == "ucx");
  CHECK(app::transport_of("").empty());
  CHECK(app::short_version("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4") ==
        "Open MPI v4.1.4");
  CHECK(app::short_version("MPICH Version:\t4.0.2\nMPICH Release date: x") ==
        "MPICH Version: 4.0.2");
}

TEST_CASE("every scheduler says what it has granted", "[unit][hello]") {
  clear_variables();
  CHECK(app::read_allocation().scheduler.empty());
  setenv("SGE_CELL", "default", 1);
  CHECK(app::read_allocation().scheduler.empty());
  setenv("JOB_ID", "11", 1);
  CHECK(app::read_allocation().job == "11");
  clear_variables();
  const std::string file =
      (std::filesystem::temp_directory_path() / ("farm_app_unit_" + std::to_string(std::rand())))
          .string();
  std::ofstream(file) << "node2.cluster 8 all.q@node2 UNDEFINED\nnode1 4 all.q@node1 UNDEFINED\n";
  setenv("PE_HOSTFILE", file.c_str(), 1);
  setenv("JOB_ID", "12", 1);
  setenv("NSLOTS", "12", 1);
  auto found = app::read_allocation();
  CHECK(found.scheduler == "Grid Engine");
  CHECK(found.job == "12");
  CHECK(found.slots == 12);
  CHECK(found.host == std::map<std::string, int>{{"node1", 4}, {"node2", 8}});

  std::ofstream(file) << "n1.x\nn1.x\nn2.x\n";
  setenv("PBS_JOBID", "3.head", 1);
  setenv("PBS_NODEFILE", file.c_str(), 1);
  unsetenv("PBS_NP");
  found = app::read_allocation();
  CHECK(found.scheduler == "PBS");
  CHECK(found.slots == 3);
  CHECK(found.host == std::map<std::string, int>{{"n1", 2}, {"n2", 1}});
  clear_variables();

  setenv("LSB_JOBID", "4", 1);
  setenv("LSB_DJOB_NUMPROC", "6", 1);
  setenv("LSB_MCPU_HOSTS", "a 4 b 2", 1);
  found = app::read_allocation();
  CHECK(found.scheduler == "LSF");
  CHECK(found.slots == 6);
  CHECK(found.host == std::map<std::string, int>{{"a", 4}, {"b", 2}});
  clear_variables();

  setenv("SLURM_JOB_ID", "5", 1);
  setenv("SLURM_NTASKS", "many", 1);
  setenv("SLURM_NPROCS", "7", 1);
  found = app::read_allocation();
  CHECK(found.scheduler == "Slurm");
  CHECK(found.slots == 7);
  clear_variables();
  std::filesystem::remove(file);
}

TEST_CASE("a large job is a line for each host", "[unit][hello]") {
  const std::string text = app::report(large(), false);
  CHECK(std::count(text.begin(), text.end(), '\n') == 8);
  CHECK_THAT(text, Contains("node2  16-31  0-15   none        16      120 us  1.10 GB/s  -400 us  "
                            "ob1: tcp, vader"));
  CHECK_THAT(text, Contains("64 ranks on 4 hosts, Open MPI v4.1.4"));
  CHECK_THAT(text, Contains("Grid Engine job 17: 64 slots granted"));
  CHECK_THAT(text, !Contains("warning"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 110);
  const std::string ranks = app::report(large(), true);
  CHECK(std::count(ranks.begin(), ranks.end(), '\n') == 8 + 66);
}

TEST_CASE("what is wrong with a job is said", "[unit][hello]") {
  app::Cluster cluster = large();
  for (app::Place& place : cluster.hosts[2].places) place.cores = {0};
  cluster.hosts[3].places[5].mpi = "Open MPI v4.0.3";
  cluster.hosts[1].link->clock = 3.5;
  cluster.allocation.slots = 60;
  CHECK_THAT(app::report(cluster, false), Contains("node3  32-47  0 (of 16)  all the same"));
  const std::vector<std::string> wrong = app::warnings(cluster);
  REQUIRE(wrong.size() == 4);
  CHECK(wrong[0] ==
        "Grid Engine granted 60 slots, and 64 ranks were started: leave -n out, and "
        "mpirun takes them all");
  CHECK(wrong[1] ==
        "several versions of MPI, which may not understand each other: Open MPI v4.0.3 "
        "on node4 (rank 53); Open MPI v4.1.4 on node1 and 3 others (ranks 0-52,54-63)");
  CHECK(wrong[2] == "node2: its clock is 3.50 s ahead: file times of hosts cannot be compared");
  CHECK(wrong[3] ==
        "node3: ranks 32-47 are bound to core 0 of 16: mpirun --bind-to none, or ask "
        "the scheduler for more cores");
}

TEST_CASE("more engines than cores are too many, the hub does not count", "[unit][hello]") {
  std::vector<app::Place> places;
  for (int rank = 0; rank <= 16; ++rank) places.push_back(place(rank, "a", counted(0, 15)));
  app::Cluster cluster;
  cluster.hosts = app::by_host(places);
  CHECK(app::warnings(cluster).empty());
  places.push_back(place(17, "a", counted(0, 15)));
  cluster.hosts = app::by_host(places);
  REQUIRE(app::warnings(cluster).size() == 1);
  CHECK(app::warnings(cluster).front() == "a: oversubscribed, 17 engines on 16 cores");
  // Each has a core of its own.
  places.clear();
  for (int rank = 0; rank <= 15; ++rank) places.push_back(place(rank, "a", {rank}));
  cluster.hosts = app::by_host(places);
  CHECK(app::warnings(cluster).empty());
  CHECK_THAT(app::report(cluster, false), Contains("1 core each"));
}

TEST_CASE("slots of a host that are not used are said", "[unit][hello]") {
  app::Cluster cluster = large();
  cluster.allocation.host = {{"node1", 16}, {"node2", 16}, {"node3", 20}, {"node4", 12}};
  CHECK(app::warnings(cluster) ==
        std::vector<std::string>{"node3: Grid Engine granted 20 slots there, and 16 ranks run",
                                 "node4: Grid Engine granted 12 slots there, and 16 ranks run"});
}
