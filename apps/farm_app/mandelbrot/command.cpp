// farm_app mandelbrot: read the options, compute, compare, paint, report.
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <utility>

#include "farm_app/mandelbrot/colour.hpp"
#include "farm_app/mandelbrot/compute.hpp"
#include "farm_app/mandelbrot/farmed.hpp"
#include "farm_app/mandelbrot/report.hpp"
#include "farm_app/mandelbrot/schemes.hpp"
#include "farm_app/mandelbrot/settings.hpp"
#include "farm_app/picture/output_file.hpp"
#include "farm_app/picture/png.hpp"
#include "farm_app/subcommands.hpp"

namespace app {

namespace {

std::vector<EngineLoad> idle_engines(farm::Client& client) {
  std::vector<EngineLoad> engines;
  for (const farm::EngineInfo& engine : client.engines()) {
    engines.push_back({engine.id.rank(), engine.host, 0, 0, 0});
  }
  return engines;
}

// Of the hosts only this one can be asked how many cores it has in all: an engine knows those it
// is bound to. Hosts of one job tend to be alike.
bool engines_have_cores(farm::Client& client) {
  const std::string& here = client.hub().host;
  const auto engines = client.engines();
  const auto together = std::count_if(engines.begin(), engines.end(),
                                      [&](const auto& engine) { return engine.host == here; });
  return together <= ::sysconf(_SC_NPROCESSORS_ONLN);
}

std::size_t differing_pixels(const std::vector<float>& one, const std::vector<float>& other) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < one.size(); ++i) count += one[i] == other[i] ? 0 : 1;
  return count;
}

/// Throws if the farmed picture is not the serial one.
void compare(const FarmedRun& run, const SerialRun& serial) {
  const std::size_t different = differing_pixels(run.values, serial.values);
  if (different > 0) {
    throw std::runtime_error(std::to_string(different) + " of " +
                             std::to_string(run.values.size()) +
                             " pixels differ from the serial picture");
  }
  std::cout << "check: all " << run.values.size() << " pixels equal the serial picture's\n";
}

void write_pictures(const Settings& settings, const Facts& facts) {
  const Scene& scene = settings.scene;
  write_png(paint(facts.run.values, scene.width, scene.height), settings.output);
  std::cout << "picture: " << settings.output << '\n';
  if (settings.histogram.empty()) return;
  write_png(draw_report(facts), settings.histogram);
  std::cout << "execution times: " << settings.histogram << '\n';
}

int compare_schemes(farm::Client& client, Settings settings) {
  const std::size_t engines = client.size();
  std::vector<SchemeResult> results;
  std::vector<float> values;
  for (const std::string& name : scheme_names()) {
    settings.chunk = farm::chunk_named(name);
    const FarmedRun run = compute_farmed(client, settings);
    results.push_back(scheme_result(name, run, idle_engines(client)));
    if (!values.empty() && differing_pixels(run.values, values) > 0) {
      throw std::runtime_error("with --chunk " + name + " the picture is another one");
    }
    values = run.values;
  }
  const Scene& scene = settings.scene;
  std::cout << "mandelbrot " << scene.width << 'x' << scene.height << ", "
            << tile_count(scene, settings.split, settings.block) << " tasks, each a "
            << tile_name(settings.split, settings.block) << ", " << engines
            << (engines == 1 ? " engine\n\n" : " engines\n\n");
  print_schemes(std::cout, results);
  write_png(paint(values, scene.width, scene.height), settings.output);
  std::cout << "\npicture: " << settings.output << ", the same with every scheme\n";
  return 0;
}

}  // namespace

int mandelbrot(farm::Client& client, const Arguments& arguments) {
  const auto settings = read_settings(arguments);
  if (!settings) return 0;
  check_writable(settings->output);
  if (!settings->histogram.empty()) check_writable(settings->histogram);
  if (!resolvable(settings->scene)) {
    std::cerr << "farm_app mandelbrot: at this zoom neighbouring pixels are the same number in "
                 "double precision; the picture will show squares\n";
  }
  if (settings->every_scheme) return compare_schemes(client, *settings);
  const FarmedRun run = compute_farmed(client, *settings);
  std::optional<SerialRun> serial;
  if (settings->checks()) serial = compute_serially(settings->scene);

  const Facts facts{*settings,
                    run,
                    engine_loads(run, idle_engines(client)),
                    serial ? serial->seconds : total_seconds(run),
                    serial.has_value(),
                    engines_have_cores(client)};
  print_report(std::cout, facts);
  std::cout << '\n';
  write_pictures(*settings, facts);
  if (serial) compare(run, *serial);
  return 0;
}

}  // namespace app
