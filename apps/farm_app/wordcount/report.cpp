#include "farm_app/wordcount/report.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

constexpr std::size_t label_width = 12;

std::string busy_line(const WordcountRun& run, const std::vector<Share>& shares) {
  double sum = 0;
  const Share* busiest = nullptr;
  for (const Share& share : shares) {
    sum += share.seconds;
    if (busiest == nullptr || share.seconds > busiest->seconds) busiest = &share;
  }
  if (busiest == nullptr || sum == 0) return "no engine had anything to do";
  const double mean = sum / static_cast<double>(run.engines);
  return "mean " + format_seconds(mean) + ", most " + format_seconds(busiest->seconds) +
         " by rank " + std::to_string(busiest->rank) + " on " + busiest->host + " (imbalance " +
         format_number(busiest->seconds / mean) + ")";
}

}  // namespace

void write_ranking(std::FILE* stream, const std::string& name,
                   const std::vector<RankedWord>& ranking) {
  std::string line = "word,count\n";
  bool taken = std::fwrite(line.data(), 1, line.size(), stream) == line.size();
  for (const RankedWord& ranked : ranking) {
    if (!taken) break;
    line = csv_field(ranked.word) + ',' + std::to_string(ranked.count) + '\n';
    taken = std::fwrite(line.data(), 1, line.size(), stream) == line.size();
  }
  if (taken && std::fflush(stream) == 0) return;
  throw std::runtime_error("cannot write '" + name + "': " + std::strerror(errno));
}

void print_totals(std::ostream& out, const WordcountRun& run, const Totals& totals) {
  const auto line = [&out](const char* label, const std::string& value) {
    out << pad_right(label, label_width) << value << '\n';
  };
  const double megabytes = static_cast<double>(run.bytes) / 1e6;
  line("documents", std::to_string(run.documents));
  line("bytes", std::to_string(run.bytes));
  line("words", std::to_string(totals.words));
  line("different", std::to_string(totals.different));
  line("seconds", format_number(run.seconds));
  line("MB/s", format_number(run.seconds > 0 ? megabytes / run.seconds : 0));
  line("engines", std::to_string(run.engines));
  line("busy", busy_line(run, totals.shares));
}

}  // namespace app
