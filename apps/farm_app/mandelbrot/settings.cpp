#include "farm_app/mandelbrot/settings.hpp"

#include <filesystem>
#include <limits>
#include <string>
#include <tuple>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"

namespace app {

namespace {

namespace po = boost::program_options;

// A gigapixel: 3 GB of colours and 4 GB of values, which is what libpng still writes at once.
constexpr int largest_side = 32768;
constexpr std::size_t most_tiles = 100'000'000;

/// The values as they were written.
struct Words {
  std::string size = "1200x800";
  std::string centre = "-0.6,0";
  std::string zoom = "1";
  std::string iterations = "1000";
  std::string split = "rows";
  std::string block;
  std::string schedule = "dynamic";
  std::string chunk = "auto";
  std::string hwm = "auto";
  std::string output = "mandelbrot.png";
  std::string histogram;
};

void declare(po::options_description& options, Words& words) {
  const auto add = [&](const char* name, std::string& word, const char* value, const char* text) {
    auto* stored = po::value(&word)->value_name(value);
    if (!word.empty()) stored->default_value(word);
    options.add_options()(name, stored, text);
  };
  add("size", words.size, "W[xH]", "the picture in pixels");
  add("centre", words.centre, "X,Y", "its centre in the complex plane");
  add("zoom", words.zoom, "Z", "its height in the complex plane is 2.4 / Z");
  add("iterations", words.iterations, "N", "a point that has not escaped by then is inside");
  add("split", words.split, "HOW", "what one task is: rows, blocks or pixels");
  add("block", words.block, "N",
      "the size of a task: N rows, N x N pixels, N neighbouring pixels (default: 1, 64, 1)");
  add("schedule", words.schedule, "HOW",
      "dynamic: whoever is free gets the next chunk; static: all is handed out at the start");
  add("chunk", words.chunk, "N|NAME",
      "tasks in one message; auto: as suits their run time, or with the static schedule an equal "
      "share for each engine; a scheme: static, self, fsc, guided, trapezoid, factoring, weighted "
      "or adaptive; all: every scheme, one after the other, and a table instead of the report");
  add("hwm", words.hwm, "N|auto", "chunks that an engine may hold (dynamic schedule only)");
  add("output", words.output, "FILE", "the picture");
  add("histogram", words.histogram, "FILE",
      "a picture of the execution times; none: leave it out (default: the name of the picture with "
      "-times)");
  options.add_options()("check",
                        "compute the picture serially too, to measure T1 and to compare every "
                        "pixel (default: up to 1 megapixel)");
  options.add_options()("no-check", "do not; T1 is then estimated from the run times of the tasks");
}

Scene scene_of(const Words& words) {
  Scene scene;
  std::tie(scene.width, scene.height) = parse_size("--size", words.size, largest_side);
  std::tie(scene.centre_x, scene.centre_y) = parse_point("--centre", words.centre);
  scene.zoom = parse_number("--zoom", words.zoom);
  if (!(scene.zoom > 0)) throw UsageError("--zoom " + words.zoom + ": it must be positive");
  const auto most = std::numeric_limits<std::int32_t>::max();
  scene.iterations =
      static_cast<std::int32_t>(parse_whole("--iterations", words.iterations, 1, most));
  return scene;
}

void read_decomposition(const Words& words, Settings& settings) {
  settings.split = split_named(words.split);
  settings.block = words.block.empty()
                       ? default_block(settings.split)
                       : static_cast<int>(parse_whole("--block", words.block, 1, largest_side));
  if (tile_count(settings.scene, settings.split, settings.block) > most_tiles) {
    throw UsageError("more than " + std::to_string(most_tiles) +
                     " tasks; choose a larger --block or another --split");
  }
}

void read_chunk(const std::string& text, Settings& settings) {
  settings.every_scheme = text == "all";
  if (settings.every_scheme || text == "auto") return;
  settings.chunk = farm::chunk_named(text);
  if (!settings.chunk) {
    throw UsageError("--chunk '" + text +
                     "': expected a whole number of at least 1, all or one of " +
                     farm::chunk_names());
  }
}

void read_schedule(const Words& words, Settings& settings) {
  if (words.schedule != "static" && words.schedule != "dynamic") {
    throw UsageError("--schedule " + words.schedule + ": known are static and dynamic");
  }
  settings.schedule = words.schedule == "static" ? Schedule::fixed : Schedule::dynamic;
  read_chunk(words.chunk, settings);
  settings.hwm = parse_count("--hwm", words.hwm, 0);
  if (settings.schedule == Schedule::fixed && settings.hwm.value_or(0) != 0) {
    throw UsageError("--hwm has no meaning with --schedule static, which hands out all at once");
  }
  if (settings.schedule == Schedule::fixed && settings.every_scheme) {
    throw UsageError("--chunk all has its own static schedule among the others");
  }
}

std::string beside(const std::string& picture) {
  std::filesystem::path path(picture);
  const std::string name = path.stem().string() + "-times" + path.extension().string();
  return path.replace_filename(name).string();
}

void read_files(const Words& words, Settings& settings) {
  if (words.output.empty()) throw UsageError("--output needs the name of a file");
  settings.output = words.output;
  if (words.histogram == "none") return;
  settings.histogram = words.histogram.empty() ? beside(words.output) : words.histogram;
  if (settings.histogram == settings.output) {
    throw UsageError("--output and --histogram name the same file");
  }
}

}  // namespace

std::optional<Settings> read_settings(const std::vector<std::string>& words) {
  CommandLine line(
      "farm_app mandelbrot: a picture of the Mandelbrot set, farmed, and a report on how evenly\n"
      "the work was spread: times per pixel and task, imbalance, speed-up, efficiency");
  Words given;
  declare(line.options(), given);
  if (!line.parse(words)) return std::nullopt;
  if (line.given("check") && line.given("no-check")) {
    throw UsageError("--check and --no-check exclude each other");
  }
  Settings settings;
  settings.scene = scene_of(given);
  read_decomposition(given, settings);
  read_schedule(given, settings);
  read_files(given, settings);
  if (line.given("check")) settings.check = Check::always;
  if (line.given("no-check")) settings.check = Check::never;
  return settings;
}

}  // namespace app
