#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>

#include "farm_app/mandelbrot/report.hpp"
#include "farm_app/numbers/axis.hpp"
#include "farm_app/numbers/format.hpp"
#include "farm_app/picture/chart.hpp"

namespace app {

namespace {

constexpr int chart_width = 1000;
constexpr int chart_height = 430;
constexpr int bins_per_chart = 64;
// Room above the highest bar.
constexpr double headroom = 1.08;

std::string plain(double value) {
  std::ostringstream text;
  text << std::setprecision(3) << value;
  return text.str();
}

std::string axis_label(double seconds) {
  if (seconds >= 0.9995) return plain(seconds) + " s";
  if (seconds >= 0.9995e-3) return plain(seconds * 1e3) + " ms";
  if (seconds >= 0.9995e-6) return plain(seconds * 1e6) + " us";
  return plain(seconds * 1e9) + " ns";
}

/// Places on a logarithmic axis, 0 at `low` and 1 at `high`.
struct LogarithmicAxis {
  double low;
  double high;
  double operator()(double value) const {
    return std::clamp(std::log(value / low) / std::log(high / low), 0.0, 1.0);
  }
};

BarChart time_chart(const std::string& title, const std::string& x_label,
                    const std::vector<Sample>& samples) {
  const std::vector<Bin> bins = logarithmic_bins(samples, bins_per_chart);
  const LogarithmicAxis place{bins.front().low, bins.back().high};
  double top = 0;
  for (const Bin& bin : bins) top = std::max(top, bin.share * headroom);

  BarChart chart{title, x_label, {}, {}, {}, {}};
  for (const Bin& bin : bins) {
    chart.bars.push_back({place(bin.low), place(bin.high), bin.share / top});
  }
  for (const double tick : logarithmic_ticks(place.low, place.high)) {
    chart.x_ticks.push_back({place(tick), axis_label(tick)});
  }
  for (const double tick : linear_ticks(top, 5)) {
    chart.y_ticks.push_back({tick / top, plain(100 * tick) + "%"});
  }
  const Summary summary = summarise(samples);
  chart.x_marks = {{place(std::max(summary.median, place.low)), "median"},
                   {place(std::max(summary.mean, place.low)), "mean"},
                   {place(std::max(summary.p95, place.low)), "p95"}};
  std::sort(chart.x_marks.begin(), chart.x_marks.end(),
            [](const Mark& a, const Mark& b) { return a.at < b.at; });
  return chart;
}

BarChart engine_chart(const std::vector<EngineLoad>& engines) {
  const std::vector<double> busy = busy_times(engines);
  const double top = std::max(*std::max_element(busy.begin(), busy.end()), 1e-9) * headroom;
  const auto count = static_cast<double>(engines.size());

  BarChart chart{
      "busy time per engine: imbalance " + format_number(imbalance(busy)), "rank", {}, {}, {}, {}};
  // As many labels as have room: a rank has up to five digits.
  const std::size_t stride = (engines.size() + 15) / 16;
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const double left = static_cast<double>(i) / count;
    chart.bars.push_back({left + 0.1 / count, left + 0.9 / count, busy[i] / top});
    if (i % stride != 0) continue;
    chart.x_ticks.push_back({left + 0.5 / count, std::to_string(engines[i].rank)});
  }
  for (const double tick : linear_ticks(top, 5)) {
    chart.y_ticks.push_back({tick / top, tick > 0 ? axis_label(tick) : "0"});
  }
  return chart;
}

}  // namespace

Picture draw_report(const Facts& facts) {
  const Settings& settings = facts.settings;
  const std::string task = tile_name(settings.split, settings.block);
  return draw_charts(
      {time_chart("share of the pixels by execution time",
                  "time per pixel (" + pixel_time_label(settings) + ")", pixel_times(facts.run)),
       time_chart("share of the tasks by execution time", "time per task (one " + task + ")",
                  task_times(facts.run)),
       time_chart("share of the chunks by execution time", "time per chunk (tasks in one message)",
                  chunk_times(facts.run)),
       engine_chart(facts.engines)},
      chart_width, chart_height);
}

}  // namespace app
