#pragma once
// The two ways in which jobs are made: of values, and of the lines of a task file.

#include <memory>

#include "farm_app/run/jobs.hpp"

namespace app {

/// See Jobs.
class JobMaker {
 public:
  virtual ~JobMaker() = default;
  virtual Next next(double patience) = 0;
  virtual std::optional<std::uint64_t> total(const std::stop_token& stop) const = 0;
  virtual const std::vector<std::string>& names() const = 0;
};

std::unique_ptr<JobMaker> jobs_of_values(const RunSettings& settings);
std::unique_ptr<JobMaker> jobs_of_lines(const RunSettings& settings);

}  // namespace app
