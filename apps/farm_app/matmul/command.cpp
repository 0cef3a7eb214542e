// farm_app matmul: read the options, multiply, compare, report.
#include <algorithm>
#include <iostream>
#include <limits>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "farm_app/command_line.hpp"
#include "farm_app/matmul/check.hpp"
#include "farm_app/matmul/farmed.hpp"
#include "farm_app/matmul/product.hpp"
#include "farm_app/matmul/report.hpp"
#include "farm_app/matmul/settings.hpp"
#include "farm_app/subcommands.hpp"

namespace app {

namespace {

using namespace dense;

struct Factors {
  Matrix a;
  Matrix b;
  std::optional<Matrix> product;  ///< the serial one; nothing: no check
};

std::string in_scientific(double value) {
  std::ostringstream text;
  text.precision(2);
  text << std::scientific << value;
  return text.str();
}

Grid grid_for(const Settings& settings, int engines) {
  const Grid grid = settings.grid.value_or(choose_grid(engines, settings.shape));
  if (grid.size() <= engines) return grid;
  throw UsageError("--grid " + std::to_string(grid.rows) + "x" + std::to_string(grid.columns) +
                   (engines == 1 ? ": there is only 1 engine"
                                 : ": there are only " + std::to_string(engines) + " engines"));
}

Factors make_factors(const Settings& settings) {
  const Shape& shape = settings.shape;
  Factors factors{random_matrix(shape.rows, shape.inner, settings.seed),
                  random_matrix(shape.inner, shape.columns, settings.seed + 1), std::nullopt};
  if (settings.checks()) factors.product = multiply_serially(factors.a, factors.b);
  return factors;
}

VariantRun run_variant(farm::Client& client, const Settings& settings, Variant variant,
                       const Grid& grid, const Factors& factors) {
  auto ids = client.ids();
  VariantRun run{variant, grid, grid.size(), {}};
  if (variant == Variant::rows) {
    run.engines = static_cast<int>(std::min<std::int64_t>(client.size(), settings.shape.rows));
    run.grid = {run.engines, 1};
  } else {
    ids.resize(static_cast<std::size_t>(grid.size()));
  }
  const auto engines = client.direct(ids);
  Matrix c(settings.shape.rows, settings.shape.columns);
  for (int i = 0; i < settings.repeat; ++i) {
    // What no engine writes to must not pass for the result of the last run.
    std::fill(c.values.begin(), c.values.end(), std::numeric_limits<double>::quiet_NaN());
    run.runs.push_back(variant == Variant::rows ? multiply_by_rows(engines, factors.a, factors.b, c)
                                                : multiply_on_grid(engines, grid, settings.panel,
                                                                   factors.a, factors.b, c));
    if (!factors.product) continue;
    run.error = std::max(run.error, largest_error(factors.a, factors.b, c, *factors.product));
  }
  return run;
}

/// Says how far the products are from the serial one. Throws if that is too far.
void compare(const Facts& facts) {
  const double bound = error_bound(facts.settings.shape.inner);
  double error = 0;
  for (const VariantRun& run : facts.variants) error = std::max(error, run.error);
  if (!(error <= bound)) {
    throw std::runtime_error("the product differs from the serial one: relative error " +
                             in_scientific(error) + ", and " + in_scientific(bound) +
                             " is what rounding explains");
  }
  std::cout << "check: equal to the serial product up to a relative error of "
            << in_scientific(error) << " (rounding explains " << in_scientific(bound) << ")\n";
}

}  // namespace

int matmul(farm::Client& client, const Arguments& arguments) {
  const auto settings = read_settings(arguments);
  if (!settings) return 0;
  const int engines = static_cast<int>(client.size());
  const Grid grid = grid_for(*settings, engines);
  const auto hosts = hosts_of(client);
  check_memory(hosts, estimate_needs(*settings, engines, grid));

  Facts facts{*settings, engines, busy_cores(hosts), rate_of_one(client, settings->shape), {}};
  const Factors factors = make_factors(*settings);
  for (const Variant variant : settings->variants) {
    facts.variants.push_back(run_variant(client, *settings, variant, grid, factors));
  }
  print_report(std::cout, facts);
  if (settings->checks()) compare(facts);
  return 0;
}

}  // namespace app
