#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "farm_app/command_line.hpp"
#include "farm_app/mandelbrot/colour.hpp"
#include "farm_app/mandelbrot/compute.hpp"
#include "farm_app/mandelbrot/run.hpp"
#include "farm_app/mandelbrot/schemes.hpp"
#include "farm_app/mandelbrot/settings.hpp"

using app::Scene;
using app::Split;
using app::Tile;
using app::UsageError;

TEST_CASE("points of the set stay inside, others escape") {
  CHECK(app::escape_time(0, 0, 1000) == app::inside);
  CHECK(app::escape_time(-1, 0, 1000) == app::inside);
  CHECK(app::escape_time(-2, 0, 1000) == app::inside);
  CHECK(app::escape_time(1, 0, 1000) > 0);
  CHECK(app::escape_time(0.3, 0, 1000) > app::escape_time(2, 0, 1000));
  CHECK(app::escape_time(0.3, 0, 3) == app::inside);
}

TEST_CASE("the value is continuous where the number of iterations jumps") {
  float before = app::escape_time(0.5, 0, 1000);
  for (double x = 0.5; x < 2; x += 1e-4) {
    const float value = app::escape_time(x, 0, 1000);
    CHECK(std::abs(value - before) < 0.01);
    before = value;
  }
}

TEST_CASE("points so far out that they overflow have escaped") {
  for (const double far : {1e3, 1e155, 1e300}) {
    const float value = app::escape_time(far, -far, 100);
    CHECK(value >= 0);
    CHECK(std::isfinite(value));
  }
}

TEST_CASE("every decomposition covers each pixel once") {
  for (const Scene& scene : {Scene{7, 5}, Scene{1, 1}, Scene{64, 3}, Scene{100, 130}}) {
    for (const Split split : {Split::rows, Split::blocks, Split::pixels}) {
      for (const int block : {1, 2, 64, 32768}) {
        std::vector<int> covered(scene.pixels());
        const auto tiles = app::decompose(scene, split, block);
        CHECK(tiles.size() == app::tile_count(scene, split, block));
        for (const Tile& tile : tiles) {
          for (int y = tile.y; y < tile.y + tile.height; ++y) {
            for (int x = tile.x; x < tile.x + tile.width; ++x) {
              covered.at(static_cast<std::size_t>(y * scene.width + x)) += 1;
            }
          }
        }
        CHECK(std::all_of(covered.begin(), covered.end(), [](int times) { return times == 1; }));
      }
    }
  }
}

TEST_CASE("every decomposition gives the serial picture to the last bit") {
  const Scene scene{60, 41, 200};
  const auto serial = app::compute_serially(scene).values;
  for (const Split split : {Split::rows, Split::blocks, Split::pixels}) {
    std::vector<float> values(scene.pixels());
    for (const Tile& tile : app::decompose(scene, split, 16)) {
      app::place(scene, tile, app::compute_tile(scene, tile).values, values);
    }
    CHECK(values == serial);
  }
}

TEST_CASE("the picture shows what is above the real axis above it, mirrored below") {
  const Scene scene{30, 20, 100};
  CHECK(app::pixel_value(scene, 4, 3) == app::pixel_value(scene, 4, 16));
  const Scene above{30, 20, 100, -0.6, 0.8};
  CHECK(app::pixel_value(above, 15, 0) > 0);
  CHECK(app::pixel_value(above, 15, 19) == app::inside);
}

TEST_CASE("colours are black inside and change little where the value changes little") {
  CHECK(app::colour_of(app::inside) == app::Colour{0, 0, 0});
  app::Colour before = app::colour_of(0);
  for (float value = 0; value < 300; value += 0.01F) {
    const app::Colour colour = app::colour_of(value);
    CHECK(std::abs(colour.red - before.red) < 8);
    CHECK(std::abs(colour.blue - before.blue) < 8);
    before = colour;
  }
}

TEST_CASE("the settings have sensible defaults") {
  const auto settings = app::read_settings({});
  REQUIRE(settings);
  CHECK(settings->scene.width == 1200);
  CHECK(settings->checks());
  CHECK(settings->histogram == "mandelbrot-times.png");
  CHECK_FALSE(settings->chunk);
  CHECK_FALSE(app::read_settings({"--size", "1025x1024"})->checks());
  CHECK(app::read_settings({"--size", "1025x1024", "--check"})->checks());
  CHECK_FALSE(app::read_settings({"--no-check"})->checks());
  CHECK(app::read_settings({"--output", "a.b/c.png"})->histogram == "a.b/c-times.png");
  CHECK(app::read_settings({"--histogram", "none"})->histogram.empty());
  CHECK(app::read_settings({"--split", "blocks"})->block == 64);
}

TEST_CASE("a chunk is a number, a scheme, or all of them in turn") {
  const auto chunk = [](const char* text) { return app::read_settings({"--chunk", text}); };
  CHECK(chunk("7")->chunk == farm::Chunk(7));
  CHECK(chunk("guided")->chunk == farm::Chunk(farm::Chunking::guided));
  CHECK_FALSE(chunk("auto")->chunk);
  CHECK_FALSE(chunk("guided")->every_scheme);
  CHECK(chunk("all")->every_scheme);
  for (const std::string& name : app::scheme_names())
    CHECK(farm::chunk_named(name)->name() == name);
}

TEST_CASE("schemes stand side by side with what they cost over the best") {
  app::FarmedRun run;
  run.tiles = {{2, 4, 1, 100}, {4, 4, 1, 100}, {2, 4, 2, 100}};
  run.seconds = 8;
  const app::SchemeResult result = app::scheme_result("self", run, {{1, "a"}, {2, "a"}});
  CHECK(result.chunks == 2);
  CHECK(result.efficiency == 0.5);
  CHECK(result.imbalance == 1.5);
  std::ostringstream out;
  app::print_schemes(out, {result, {"auto", 1, 4, 1, 1}});
  CHECK_THAT(out.str(), Catch::Contains("self") && Catch::Contains("100 %") &&
                            Catch::Contains("50.0 %") && Catch::Contains("1.50"));
}

TEST_CASE("settings that make no sense are refused") {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"--size", "0"}, Words{"--size", "800x-600"}, Words{"--size", "99999"},
        Words{"--split", "stripes"}, Words{"--schedule", "guided"}, Words{"--zoom", "0"},
        Words{"--zoom", "-1"}, Words{"--iterations", "0"}, Words{"--chunk", "0"},
        Words{"--chunk", "none"}, Words{"--schedule", "static", "--chunk", "all"},
        Words{"--hwm", "-1"}, Words{"--schedule", "static", "--hwm", "2"}, Words{"--block", "0"},
        Words{"--check", "--no-check"}, Words{"--output", "x", "--histogram", "x"},
        Words{"--output", ""}, Words{"--size", "32768", "--split", "pixels"}}) {
    CAPTURE(words);
    CHECK_THROWS_AS(app::read_settings(words), UsageError);
  }
}

TEST_CASE("times are grouped by pixel, task, chunk and engine") {
  app::FarmedRun run;
  run.tiles = {{2, 4, 1, 100}, {4, 4, 1, 100}, {1, 2, 2, 100}, {8, 4, 1, 300}};
  CHECK(app::total_seconds(run) == 15);
  CHECK(app::pixel_times(run)[2].value == 0.5);
  CHECK(app::pixel_times(run)[2].weight == 2);
  CHECK(app::task_times(run).size() == 4);
  CHECK(app::summarise(app::chunk_times(run)).maximum == 8);
  CHECK(app::chunk_times(run).size() == 3);
  const auto loads = app::engine_loads(run, {{1, "a"}, {2, "b"}, {3, "c"}});
  CHECK(loads[0].busy == 14);
  CHECK(loads[0].tasks == 3);
  CHECK(loads[0].chunks == 2);
  CHECK(loads[2].tasks == 0);
}
