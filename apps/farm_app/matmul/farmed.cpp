#include "farm_app/matmul/farmed.hpp"

#include <algorithm>

#include "farm_app/matmul/product.hpp"
#include "farm_app/matmul/stopwatch.hpp"

namespace app::dense {

/// On an engine: the machine that it runs on.
Machine describe_machine() { return this_machine(); }

/// On an engine: operations a second of products of n x n matrices, the best of a tenth of a
/// second.
double time_local_product(std::int64_t n) {
  const Matrix a = random_matrix(n, n, 1);
  const Matrix b = random_matrix(n, n, 2);
  Matrix c(n, n);
  const double operations = Shape{n, n, n}.operations();
  double best = 0;
  double spent = 0;
  // The first one warms up: pages, caches, the clock of the core.
  for (int i = 0; i < 2 || spent < 0.1; ++i) {
    Stopwatch watch;
    add_product({c.values.data(), n, n, n}, {a.values.data(), n, n, n}, {b.values.data(), n, n, n});
    const double seconds = watch.lap();
    spent += seconds;
    if (i > 0 && seconds > 0) best = std::max(best, operations / seconds);
  }
  return best;
}

std::vector<Host> hosts_of(farm::Client& client) {
  std::vector<Host> hosts;
  add_process(hosts, client.hub().host, this_machine(), true);
  const auto machines = client.direct().apply(farm::kernel<&describe_machine>).get();
  const auto engines = client.engines();
  for (std::size_t i = 0; i < engines.size(); ++i) {
    add_process(hosts, engines[i].host, machines.at(i), false);
  }
  return hosts;
}

double rate_of_one(farm::Client& client, const Shape& shape) {
  // Large enough to show what the core can do, unless the whole product is smaller.
  const std::int64_t side = std::max({shape.rows, shape.inner, shape.columns});
  const auto n = std::min<std::int64_t>(side, 1000);
  return client[client.ids().front()].apply(farm::kernel<&time_local_product>, n).get();
}

}  // namespace app::dense
