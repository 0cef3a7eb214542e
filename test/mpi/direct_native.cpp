#include <catch2/catch.hpp>
#include <farm/mpi.hpp>

#include "mpi/farm_client.hpp"

using farm_test::client;

namespace native_kernels {

int sum_of_ids(farm::Engine& here) {
  int id = here.id().rank();
  int sum = 0;
  MPI_Allreduce(&id, &sum, 1, MPI_INT, MPI_SUM, farm::mpi_communicator(here));
  return sum;
}
std::pair<int, int> place(farm::Engine& here) {
  std::pair<int, int> place;
  MPI_Comm_rank(farm::mpi_communicator(here), &place.first);
  MPI_Comm_size(farm::mpi_communicator(here), &place.second);
  return place;
}

}  // namespace native_kernels

TEST_CASE("A kernel may call MPI itself among the view's engines", "[together][native][np64]") {
  auto back = client()[farm::every(-1)];
  int sum = 0;
  for (const farm::EngineId id : client().ids()) sum += id.rank();
  REQUIRE(back.apply(farm::kernel<&native_kernels::sum_of_ids>).get() ==
          std::vector<int>(back.size(), sum));
  const auto places = back.apply(farm::kernel<&native_kernels::place>).get();
  for (std::size_t i = 0; i < places.size(); ++i) {
    REQUIRE(places[i] == std::pair(static_cast<int>(i), static_cast<int>(back.size())));
  }
}
