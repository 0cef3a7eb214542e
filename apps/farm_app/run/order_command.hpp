#pragma once

#include <cstdint>
#include <string>

#include "farm_app/run/keeper_client.hpp"
#include "farm_app/run/order.hpp"
#include "farm_app/run/terms.hpp"

namespace app {

/// Where a command runs, and as what.
struct CommandPlace {
  std::uint64_t task = 0;
  int engine = 0;
  int attempt = 1;

  /// The number that {%} stands for: no two commands that run at a time have the same one.
  int slot() const { return engine > 0 ? engine : 1; }
};

/// What the keeper has to start for an order, but for its streams: a program and its words where no
/// shell is needed, or a shell with the command, in a file if it is longer than an argument may be.
KeptCommand kept_command(const Terms& terms, const Order& order, const CommandPlace& place);

/// The directory in which a command starts; empty: where the job was started. It and what the
/// order has to write there are made. Throws std::system_error, std::filesystem::filesystem_error.
std::string prepare_directory(const Terms& terms, const Order& order);

}  // namespace app
