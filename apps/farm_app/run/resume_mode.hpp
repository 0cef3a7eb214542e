#pragma once

#include <cstdint>

namespace app {

/// What of an earlier run, known from its log, runs.
enum class ResumeMode : std::uint8_t {
  none,           ///< everything runs
  resume,         ///< what the log does not have
  resume_failed,  ///< that, and what the log has only as failed
  retry_failed,   ///< what the log has only as failed, by the text that is in the log
};

}  // namespace app
