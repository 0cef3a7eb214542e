#include "farm_app/tenacity/diary.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace app {

void note(const std::string& file, const DiaryEntry& entry) {
  if (file.empty()) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  const std::string line = std::string(entry.event) + ' ' + std::to_string(start_of_job()) + ' ' +
                           std::to_string(entry.task) + ' ' + std::to_string(entry.attempt) + ' ' +
                           std::to_string(entry.engine) + ' ' + std::to_string(microseconds) + '\n';
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return;
  [[maybe_unused]] const auto written = ::write(descriptor, line.data(), line.size());
  ::close(descriptor);
}

int start_of_job() {
  const char* const attempt = std::getenv("FARM_ATTEMPT");
  return attempt == nullptr ? 0 : std::atoi(attempt);
}

}  // namespace app
