#include "farm_app/matmul/settings.hpp"

#include <algorithm>
#include <limits>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/parse.hpp"

namespace app::dense {

namespace {

namespace po = boost::program_options;

constexpr std::int64_t largest_side = std::int64_t{1} << 24;

/// The values as they were written.
struct Words {
  std::string size = "1000";
  std::string rows;
  std::string inner;
  std::string columns;
  std::string variant = "both";
  std::string grid = "auto";
  std::string panel = "256";
  std::string repeat = "3";
  std::string seed = "1";
};

void declare(po::options_description& options, Words& words) {
  const auto add = [&](const char* name, std::string& word, const char* value, const char* text) {
    auto* stored = po::value(&word)->value_name(value);
    if (!word.empty()) stored->default_value(word);
    options.add_options()(name, stored, text);
  };
  add("size", words.size, "N", "rows and columns of all three matrices");
  add("rows", words.rows, "N", "rows of A and C, if others");
  add("inner", words.inner, "N", "columns of A and rows of B, if others");
  add("columns", words.columns, "N", "columns of B and C, if others");
  add("variant", words.variant, "HOW",
      "rows: A in blocks of rows, B on every engine; 2d: all in blocks over a grid of engines "
      "(SUMMA); both: one after the other");
  add("grid", words.grid, "PxQ|auto",
      "engines of the 2d variant in P rows and Q columns; auto: as many as possible, as square as "
      "possible");
  add("panel", words.panel, "N", "columns of A and rows of B that travel together in the grid");
  add("repeat", words.repeat, "K", "how often each variant runs; the report has the medians");
  add("seed", words.seed, "N", "of the random elements");
  options.add_options()("check",
                        "compare with the serial product, from rank 0 (default: up to size 2000)");
  options.add_options()("no-check", "do not");
}

Shape shape_of(const Words& words, const CommandLine& line) {
  const std::int64_t size = parse_whole("--size", words.size, 1, largest_side);
  const auto side = [&](const std::string& option, const std::string& text) {
    return line.given(option) ? parse_whole("--" + option, text, 1, largest_side) : size;
  };
  return {side("rows", words.rows), side("inner", words.inner), side("columns", words.columns)};
}

std::vector<Variant> variants_named(const std::string& name) {
  if (name == "both") return {Variant::rows, Variant::grid};
  if (name == "rows") return {Variant::rows};
  if (name == "2d") return {Variant::grid};
  throw UsageError("--variant '" + name + "': expected rows, 2d or both");
}

std::optional<Grid> grid_of(const std::string& text) {
  if (text == "auto") return std::nullopt;
  if (text.find('x') == std::string::npos) {
    throw UsageError("--grid '" + text + "': expected auto or PxQ, such as 2x3");
  }
  const auto [rows, columns] = parse_size("--grid", text, 10'000);
  return Grid{rows, columns};
}

}  // namespace

bool Settings::runs(Variant variant) const {
  return std::find(variants.begin(), variants.end(), variant) != variants.end();
}

std::optional<Settings> read_settings(const std::vector<std::string>& words) {
  CommandLine line(
      "farm_app matmul: the dense product C = A B of random matrices, by scattered rows and by\n"
      "blocks on a grid of engines, checked against the serial product: GFLOP/s and efficiency");
  Words given;
  declare(line.options(), given);
  if (!line.parse(words)) return std::nullopt;
  if (line.given("check") && line.given("no-check")) {
    throw UsageError("--check and --no-check exclude each other");
  }
  const auto most = std::numeric_limits<std::int64_t>::max();
  Settings settings;
  settings.shape = shape_of(given, line);
  settings.variants = variants_named(given.variant);
  settings.grid = grid_of(given.grid);
  settings.panel = parse_whole("--panel", given.panel, 1, largest_side);
  settings.repeat = static_cast<int>(parse_whole("--repeat", given.repeat, 1, 1'000'000));
  settings.seed = static_cast<std::uint64_t>(parse_whole("--seed", given.seed, 0, most));
  if (line.given("check")) settings.check = true;
  if (line.given("no-check")) settings.check = false;
  return settings;
}

}  // namespace app::dense
