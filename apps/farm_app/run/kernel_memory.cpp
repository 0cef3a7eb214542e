#include "farm_app/run/kernel_memory.hpp"

#include "farm_app/run/host_memory.hpp"

namespace run_kernels {

std::uint64_t memory_of_host() { return app::total_bytes(); }

}  // namespace run_kernels

namespace app {

std::vector<farm::EngineId> engines_with_memory(const farm::Client& client, const Terms& terms) {
  if (terms.memory_free == 0 && terms.memory == 0) return {};
  const std::vector<farm::EngineId> ids = client.ids();
  const std::vector<std::uint64_t> totals =
      client.direct(ids).apply(farm::kernel<&run_kernels::memory_of_host>).get();
  large_enough(totals, terms.memory, "--mem");
  const std::vector<std::size_t> large = large_enough(totals, terms.memory_free, "--memfree");
  if (large.size() == ids.size()) return {};
  std::vector<farm::EngineId> engines;
  engines.reserve(large.size());
  for (const std::size_t i : large) engines.push_back(ids[i]);
  return engines;
}

}  // namespace app
