#include "farm_app/mandelbrot/schemes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

constexpr std::size_t name_width = 12;
constexpr std::size_t column_width = 13;

}  // namespace

const std::vector<std::string>& scheme_names() {
  static const std::vector<std::string> names{
      "auto", "static", "self", "fsc", "guided", "trapezoid", "factoring", "weighted", "adaptive"};
  return names;
}

SchemeResult scheme_result(const std::string& name, const FarmedRun& run,
                           std::vector<EngineLoad> engines) {
  const std::vector<double> busy = busy_times(engine_loads(run, std::move(engines)));
  const double total = std::accumulate(busy.begin(), busy.end(), 0.0);
  const double had = run.seconds * static_cast<double>(busy.size());
  return {name, chunk_times(run).size(), run.seconds, had > 0 ? total / had : 1, imbalance(busy)};
}

void print_schemes(std::ostream& out, const std::vector<SchemeResult>& results) {
  double best = results.front().seconds;
  for (const SchemeResult& result : results) best = std::min(best, result.seconds);
  out << pad_right("chunk", name_width);
  for (const char* column : {"chunks", "makespan", "over best", "efficiency", "imbalance"}) {
    out << pad_left(column, column_width);
  }
  out << '\n';
  for (const SchemeResult& result : results) {
    out << pad_right(result.name, name_width)
        << pad_left(std::to_string(result.chunks), column_width)
        << pad_left(format_seconds(result.seconds), column_width)
        << pad_left(format_number(100 * (result.seconds / best - 1)) + " %", column_width)
        << pad_left(format_number(100 * result.efficiency) + " %", column_width)
        << pad_left(format_number(result.imbalance), column_width) << '\n';
  }
  out << "efficiency: the engines' computing time over engines x makespan; imbalance: max / mean "
         "of\n"
         "their computing times\n";
}

}  // namespace app
