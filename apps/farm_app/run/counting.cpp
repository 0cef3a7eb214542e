#include "farm_app/run/counting.hpp"

#include <chrono>
#include <exception>

namespace app {

Counting::Counting(const Jobs& jobs)
    : total_(std::async(std::launch::async,
                        [&jobs, stop = stop_.get_token()] { return jobs.total(stop); })) {}

bool Counting::ended(double patience) {
  return total_.wait_for(std::chrono::duration<double>(patience)) == std::future_status::ready;
}

std::optional<std::uint64_t> Counting::total() {
  try {
    return total_.get();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace app
