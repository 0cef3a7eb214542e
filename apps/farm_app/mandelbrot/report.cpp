#include "farm_app/mandelbrot/report.hpp"

#include <algorithm>
#include <string>

#include "farm_app/numbers/format.hpp"
#include "farm_app/numbers/speedup.hpp"

namespace app {

namespace {

constexpr std::size_t label_width = 34;
constexpr std::size_t number_width = 10;
constexpr std::size_t most_engine_lines = 16;

std::string label(const std::string& text) { return "  " + pad_right(text, label_width); }

void print_row(std::ostream& out, const std::string& name, const std::vector<Sample>& samples) {
  const Summary summary = summarise(samples);
  out << label(name);
  for (const double seconds :
       {summary.minimum, summary.median, summary.mean, summary.p95, summary.maximum}) {
    out << pad_left(format_seconds(seconds), number_width);
  }
  out << '\n';
}

void print_distributions(std::ostream& out, const Facts& facts) {
  const Settings& settings = facts.settings;
  const std::vector<Sample> chunks = chunk_times(facts.run);
  out << pad_right("execution time", label_width + 2);
  for (const char* column : {"min", "median", "mean", "p95", "max"}) {
    out << pad_left(column, number_width);
  }
  out << '\n';
  print_row(out, "pixel (" + pixel_time_label(settings) + ")", pixel_times(facts.run));
  print_row(out, "task (" + tile_name(settings.split, settings.block) + ")", task_times(facts.run));
  print_row(out, "chunk (" + std::to_string(chunks.size()) + " messages)", chunks);
}

void print_engine(std::ostream& out, const EngineLoad& engine, double wall) {
  out << label("rank " + std::to_string(engine.rank) + " on " + engine.host)
      << pad_left(format_seconds(engine.busy), number_width)
      << pad_left(format_number(100 * engine.busy / wall) + " %", number_width)
      << pad_left(std::to_string(engine.tasks), number_width)
      << pad_left(std::to_string(engine.chunks), number_width) << '\n';
}

void print_engines(std::ostream& out, const Facts& facts) {
  std::vector<EngineLoad> engines = facts.engines;
  out << pad_right("engines", label_width + 2);
  for (const char* column : {"busy", "of wall", "tasks", "chunks"}) {
    out << pad_left(column, number_width);
  }
  out << '\n';
  const std::size_t left_out =
      engines.size() > most_engine_lines ? engines.size() - most_engine_lines : 0;
  if (left_out > 0) {
    std::sort(engines.begin(), engines.end(),
              [](const EngineLoad& a, const EngineLoad& b) { return a.busy > b.busy; });
    engines.erase(engines.begin() + most_engine_lines / 2, engines.end() - most_engine_lines / 2);
  }
  for (const EngineLoad& engine : engines) print_engine(out, engine, facts.run.seconds);
  if (left_out > 0) {
    out << "  the busiest and the idlest; " << left_out << " engines between them not shown\n";
  }
  out << label("imbalance") << format_number(imbalance(busy_times(facts.engines)))
      << "  (max / mean of busy time)\n";
}

std::string amdahl_line(const Scaling& scaling) {
  const auto fraction = scaling.karp_flatt();
  if (!fraction) return "";
  if (*fraction <= 0) return "none: the speed-up is not below the number of engines";
  if (*fraction >= 1) return "1: no faster than one engine, overhead outweighs the rest";
  return format_number(amdahl_bound(*fraction, 2.0 * scaling.workers)) + " on " +
         std::to_string(2 * scaling.workers) + " engines, " +
         format_number(amdahl_bound(*fraction)) + " on any number, with that fraction";
}

void print_scaling(std::ostream& out, const Facts& facts) {
  const int workers = static_cast<int>(facts.engines.size());
  const Scaling scaling{facts.serial_seconds, facts.run.seconds, workers};
  const double longest = summarise(task_times(facts.run)).maximum;
  out << "scaling (of the values; colours and files are not in these times)\n"
      << label("serial, T1") << format_seconds(scaling.serial)
      << (facts.serial_measured
              ? "  (measured: a serial run on rank 0)\n"
              : "  (estimated: the sum of the tasks' times; --check measures it)\n")
      << label("farmed, Tp") << format_seconds(scaling.parallel) << "  (p = " << workers
      << (workers == 1 ? " engine" : " engines") << ")\n"
      << label("speed-up, S = T1 / Tp") << format_number(scaling.speedup()) << '\n'
      << label("efficiency, S / p") << format_number(100 * scaling.efficiency()) << " %\n";
  if (const auto fraction = scaling.karp_flatt()) {
    out << label("Karp-Flatt serial fraction") << format_number(*fraction)
        << "  (overhead and imbalance included)\n"
        << label("Amdahl's bound") << amdahl_line(scaling) << '\n';
  }
  out << label("bound by the longest task")
      << (longest > 0 ? format_number(scaling.serial / longest) : "none") << '\n';
  if (!facts.engines_have_cores) {
    out << "  note: more engines than cores: they take turns, which lowers the speed-up and\n"
           "  lengthens every time above\n";
  }
}

std::string in_words(const Count& count) { return count ? std::to_string(*count) : "auto"; }
std::string in_words(const std::optional<farm::Chunk>& chunk) {
  return chunk ? chunk->name() : "auto";
}

}  // namespace

std::string pixel_time_label(const Settings& settings) {
  if (settings.split == Split::pixels && settings.block == 1) return "each timed alone";
  const char* tile = settings.split == Split::rows && settings.block == 1 ? "row"
                     : settings.split == Split::rows                      ? "band"
                     : settings.split == Split::blocks                    ? "block"
                                                                          : "run";
  return std::string("mean of its ") + tile;
}

void print_report(std::ostream& out, const Facts& facts) {
  const Settings& settings = facts.settings;
  const Scene& scene = settings.scene;
  const bool dynamic = settings.schedule == Schedule::dynamic;
  out << "mandelbrot " << scene.width << 'x' << scene.height << ", centre " << scene.centre_x << ','
      << scene.centre_y << ", zoom " << scene.zoom << ", " << scene.iterations << " iterations\n"
      << facts.run.tiles.size() << " tasks, each a " << tile_name(settings.split, settings.block)
      << "; " << (dynamic ? "dynamic" : "static") << " schedule, chunk ";
  if (dynamic) {
    out << in_words(settings.chunk) << ", hwm " << in_words(settings.hwm) << "\n\n";
  } else {
    out << (settings.chunk ? in_words(settings.chunk) : "an equal share for each engine") << "\n\n";
  }
  print_distributions(out, facts);
  out << '\n';
  print_engines(out, facts);
  out << '\n';
  print_scaling(out, facts);
}

}  // namespace app
