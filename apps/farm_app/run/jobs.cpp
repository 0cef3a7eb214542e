#include "farm_app/run/jobs.hpp"

#include "farm_app/run/job_maker.hpp"

namespace app {

Jobs::Jobs(const RunSettings& settings)
    : maker_(settings.source.task_file.empty() ? jobs_of_values(settings)
                                               : jobs_of_lines(settings)) {}

Jobs::~Jobs() = default;

Next Jobs::next(double patience) { return maker_->next(patience); }

std::optional<std::uint64_t> Jobs::total(const std::stop_token& stop) const {
  return maker_->total(stop);
}

const std::vector<std::string>& Jobs::names() const { return maker_->names(); }

}  // namespace app
