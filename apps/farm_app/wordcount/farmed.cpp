#include "farm_app/wordcount/farmed.hpp"

#include <chrono>
#include <farm/map_reduce.hpp>
#include <stdexcept>
#include <string>

namespace app {

namespace word_kernels {

void count(farm::Engine& here, Counts& counts, const TextSplit& split) {
  if (counts.shares.empty()) counts.shares.push_back({here.host(), here.id().rank(), 0, 0});
  const auto start = std::chrono::steady_clock::now();
  count_split(split, counts.rules, counts.table);
  Share& share = counts.shares.front();
  share.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  share.bytes += split.bytes();
}

}  // namespace word_kernels

namespace {

/// Throws in one line what went wrong, without the engines that then waited in vain.
[[noreturn]] void report(const farm::CompositeError& errors) {
  for (const farm::CompositeError::Entry& entry : errors.entries()) {
    try {
      std::rethrow_exception(entry.error);
    } catch (const farm::RemoteError& error) {
      if (error.type() == "farm::PeerError") continue;
      throw std::runtime_error(error.message() + " (on " + error.host() + ", rank " +
                               std::to_string(error.engine().rank()) + ")");
    }
  }
  errors.rethrow(0);
}

}  // namespace

Totals count_farmed(farm::Client& client, const std::vector<TextSplit>& splits,
                    const WordRules& rules, std::uint64_t top) {
  Counts nothing;
  nothing.rules = rules;
  nothing.top = top;
  const auto totals =
      farm::map_reduce(client.direct(), splits, nothing, farm::kernel<&word_kernels::count>,
                       farm::kernel<&combine>, farm::kernel<&totals_of>);
  try {
    return totals.get();
  } catch (const farm::CompositeError& errors) {
    report(errors);
  }
}

}  // namespace app
