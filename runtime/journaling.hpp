#pragma once

#include <memory>
#include <vector>

#include "boot.hpp"
#include "records/journal.hpp"
#include "settings.hpp"
#include "start.hpp"

namespace farm {

/// Rank 0's journal; null if there shall be none. If it cannot be had, that is said on stderr, and
/// the verdict becomes to leave.
std::unique_ptr<records::Journal> open_journal(const Settings& settings,
                                               const std::vector<Boot>& boots, Verdict& verdict);

}  // namespace farm
