#include "farm_app/run/kernel_gang.hpp"

#include "farm_app/run/kernel_execute.hpp"

namespace run_kernels {

app::Ending execute_gang(farm::Engine& here, const app::Terms& terms, const app::Order& order) {
  app::Ending ending;
  if (here.communicator().rank() == 0) ending = execute(here, terms, order);
  return here.communicator().broadcast(ending, 0);
}

}  // namespace run_kernels
