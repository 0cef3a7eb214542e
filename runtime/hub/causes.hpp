#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hub/batch.hpp"
#include "policy/graph.hpp"

namespace farm::hub {

/// Tasks that were submitted together, for a sentence.
struct Link {
  TaskId first{};
  std::uint64_t count = 1;
  const detail::KernelEntry* kernel = nullptr;
};

/// Why something did not succeed: the tasks that cannot run one for the other's sake, and what
/// began it. Chains may be long: the first of their links are kept, and the beginning.
struct Cause {
  static constexpr std::size_t most_links = 8;

  std::vector<Link> links;
  std::uint64_t omitted = 0;  ///< links that are not kept, between the last of them and the root
  std::shared_ptr<const std::string> root;

  /// "task 7 (solve), which cannot run: it needs task 3 (mesh), which failed: ..."
  std::string text() const;
  /// The cause for those that wait for `link`, which cannot run for this cause.
  Cause behind(const Link& link) const;
};

Link link_of(const Batch& batch);
Link link_of(const Batch& batch, std::uint64_t item);
std::string name_of(const Link& link);

/// The beginning of a chain: an item that has not succeeded, or has not failed, by itself.
Cause cause_of(Batch& batch, std::uint64_t item);
/// The same of a task that nobody has a handle of any more.
Cause cause_of_closed(TaskId task, bool failed);

/// What a waiter's error says behind "... cannot run: ".
std::string reason(const Link& waiter, const policy::Ruling& ruling, const Cause& cause);
std::string list_of(const std::vector<EngineId>& engines);

}  // namespace farm::hub
