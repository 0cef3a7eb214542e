#pragma once

#include <optional>
#include <string>
#include <vector>

#include "farm/dependency.hpp"
#include "farm/options.hpp"

namespace farm {

/// Changes to a view: what is set replaces, the rest stays. `view.with({.chunk = 10})`. The options
/// are those of TaskOptions, where they are described.
struct With {
  std::optional<Chunk> chunk = std::nullopt;
  std::optional<CountOrAutomatic> hwm = std::nullopt;
  std::optional<bool> ordered = std::nullopt;
  std::optional<std::vector<EngineId>> affinity = std::nullopt;
  std::optional<std::vector<std::string>> needs = std::nullopt;
  std::optional<Scheme> scheme = std::nullopt;
  std::optional<Order> order = std::nullopt;
  std::optional<int> priority = std::nullopt;
  std::optional<double> weight = std::nullopt;
  /// The view's tasks start when this is met. It stays with the views that come from this one by
  /// `with`; `.after = farm::Dependency()` takes it away.
  std::optional<Dependency> after = std::nullopt;
  /// The same, and they run on an engine where it ran: with all_of on the one where all of it ran
  /// (on several: ImpossibleDependency), with any_of on one where some of it ran.
  std::optional<Dependency> follow = std::nullopt;
  std::optional<int> retries = std::nullopt;
  std::optional<Seconds> backoff = std::nullopt;
  /// This and the next: beyond a century there is no limit.
  std::optional<Seconds> timeout = std::nullopt;
  std::optional<Seconds> run_limit = std::nullopt;
  std::optional<int> ranks = std::nullopt;
  std::optional<bool> one_host = std::nullopt;
  std::optional<Isolation> isolate = std::nullopt;
  std::optional<std::string> label = std::nullopt;
};

/// Options with the changes applied, `after` and `follow` aside. Throws std::invalid_argument in a
/// sentence for a number that makes no sense.
TaskOptions amend(TaskOptions options, const With& changes);

}  // namespace farm
