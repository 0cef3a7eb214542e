#pragma once
// What happened when, for whoever checks a run of farm_app tenacity from outside.

#include <cstdint>
#include <string>

namespace app {

struct DiaryEntry {
  const char* event;       ///< begin, end or dies
  std::int64_t task = -1;  ///< -1: none
  int attempt = 0;
  int engine = 0;
};

/// Appends "EVENT START TASK ATTEMPT ENGINE MICROSECONDS" to the file; START is the start of the
/// job by farmrun, counted from 0, the time is since 1970. Lines of different processes do not mix.
/// Does nothing without a name, and on failure.
void note(const std::string& file, const DiaryEntry& entry);

/// Which start of the job by farmrun this is, counted from 0.
int start_of_job();

}  // namespace app
