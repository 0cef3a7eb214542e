#include "farm_app/matmul/resources.hpp"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "farm_app/matmul/blocks.hpp"
#include "farm_app/numbers/format.hpp"

namespace app::dense {

namespace {

double bytes(std::int64_t rows, std::int64_t columns) {
  return sizeof(double) * static_cast<double>(rows) * static_cast<double>(columns);
}

std::string in_bytes(double size) { return format_count(size) + "B"; }

Needs needs_of_rows(const Shape& shape, int engines) {
  const std::int64_t share = block_side(shape.rows, engines);
  return {0, bytes(share, shape.inner) + bytes(shape.inner, shape.columns) +
                 bytes(share, shape.columns)};
}

// Rank 0 cuts A and B into blocks, and has those of C before they are joined.
Needs needs_of_grid(const Shape& shape, const Grid& grid) {
  const auto of_a = static_cast<double>(block_elements(shape.rows, shape.inner, grid));
  const auto of_b = static_cast<double>(block_elements(shape.inner, shape.columns, grid));
  const auto of_c = static_cast<double>(block_elements(shape.rows, shape.columns, grid));
  const double size = sizeof(double) * grid.size();
  return {size * std::max(of_a + of_b, of_c), sizeof(double) * (of_a + of_b + of_c)};
}

}  // namespace

Machine this_machine() {
  return {static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE),
          static_cast<std::int32_t>(::sysconf(_SC_NPROCESSORS_ONLN))};
}

void add_process(std::vector<Host>& hosts, const std::string& name, const Machine& machine,
                 bool is_hub) {
  auto host = std::find_if(hosts.begin(), hosts.end(),
                           [&](const Host& known) { return known.name == name; });
  if (host == hosts.end()) host = hosts.insert(host, {name, machine});
  if (is_hub) {
    host->has_hub = true;
  } else {
    host->engines += 1;
  }
}

int busy_cores(const std::vector<Host>& hosts) {
  int sum = 0;
  for (const Host& host : hosts) sum += std::min<int>(host.engines, host.machine.cores);
  return sum;
}

Needs estimate_needs(const Settings& settings, int engines, const Grid& grid) {
  const Shape& shape = settings.shape;
  const double of_c = bytes(shape.rows, shape.columns);
  Needs needs{bytes(shape.rows, shape.inner) + bytes(shape.inner, shape.columns) + of_c, 0};
  if (settings.checks()) needs.hub += of_c;
  Needs dearest;
  const auto consider = [&](const Needs& one) {
    dearest = {std::max(dearest.hub, one.hub), std::max(dearest.engine, one.engine)};
  };
  if (settings.runs(Variant::rows)) consider(needs_of_rows(shape, engines));
  if (settings.runs(Variant::grid)) consider(needs_of_grid(shape, grid));
  return {needs.hub + dearest.hub, dearest.engine};
}

void check_memory(const std::vector<Host>& hosts, const Needs& needs) {
  for (const Host& host : hosts) {
    const double needed = host.engines * needs.engine + (host.has_hub ? needs.hub : 0);
    const auto there = static_cast<double>(host.machine.memory);
    if (needed <= there / 2) continue;
    throw std::runtime_error("the matrices would take " + in_bytes(needed) + " on " + host.name +
                             ", which has " + in_bytes(there) +
                             "; half of that is the limit: choose a smaller --size");
  }
}

}  // namespace app::dense
