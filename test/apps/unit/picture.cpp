#include <png.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "farm_app/picture/chart.hpp"
#include "farm_app/picture/font.hpp"
#include "farm_app/picture/output_file.hpp"
#include "farm_app/picture/png.hpp"

namespace fs = std::filesystem;
using app::Colour;
using app::Picture;
using Catch::Matchers::Contains;

namespace {

/// An empty directory for one test.
struct Directory {
  Directory() { fs::create_directories(path); }
  ~Directory() { fs::remove_all(path); }
  std::string file(const std::string& name) const { return (path / name).string(); }
  auto entries() const { return std::distance(fs::directory_iterator(path), {}); }
  fs::path path = fs::temp_directory_path() / ("farm-picture-" + std::to_string(::getpid()));
};

Picture read_png(const std::string& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_file(&image, path.c_str()) != 0);
  image.format = PNG_FORMAT_RGB;
  Picture picture(static_cast<int>(image.width), static_cast<int>(image.height));
  REQUIRE(png_image_finish_read(&image, nullptr, picture.pixels().data(), 0, nullptr) != 0);
  return picture;
}

}  // namespace

TEST_CASE("a picture that was written reads back the same") {
  const Directory directory;
  Picture picture(5, 3, {1, 2, 3});
  picture.set(4, 2, {250, 0, 128});
  app::write_png(picture, directory.file("a.png"));
  const Picture back = read_png(directory.file("a.png"));
  CHECK(back.width() == 5);
  CHECK(back.height() == 3);
  CHECK(back.pixels() == picture.pixels());
  CHECK(directory.entries() == 1);
}

TEST_CASE("an existing picture is replaced, through a link as well") {
  const Directory directory;
  std::ofstream(directory.file("old.png")) << "old";
  fs::create_symlink(directory.file("old.png"), directory.file("link.png"));
  app::write_png(Picture(2, 2), directory.file("link.png"));
  CHECK(fs::is_symlink(directory.file("link.png")));
  CHECK(read_png(directory.file("old.png")).width() == 2);
}

TEST_CASE("a path that cannot be written is refused by name and leaves nothing") {
  const Directory directory;
  for (const std::string& path : {directory.file("none/a.png"), directory.path.string()}) {
    CHECK_THROWS_WITH(app::check_writable(path), Contains(path));
    CHECK_THROWS_WITH(app::write_png(Picture(2, 2), path), Contains(path));
  }
  CHECK_NOTHROW(app::check_writable(directory.file("a.png")));
  CHECK(directory.entries() == 0);
}

TEST_CASE("a full disk is an error and leaves the old file as it was") {
  if (fs::exists("/dev/full")) {
    CHECK_THROWS_WITH(app::write_png(Picture(300, 300), "/dev/full"), Contains("/dev/full"));
    CHECK(fs::is_character_file("/dev/full"));
  }
  const Directory directory;
  std::ofstream(directory.file("a.png")) << "old";
  { const app::OutputFile abandoned(directory.file("a.png")); }
  CHECK(fs::file_size(directory.file("a.png")) == 3);
  CHECK(directory.entries() == 1);
}

TEST_CASE("drawing outside the picture is cut off") {
  Picture picture(4, 4);
  picture.fill({-2, -2, 3, 3}, {9, 9, 9});
  CHECK(picture.at(0, 0) == Colour{9, 9, 9});
  CHECK(picture.at(1, 1) == Colour{0, 0, 0});
  app::draw_text(picture, -3, -3, "Abc%", 3, {1, 1, 1});
}

TEST_CASE("a letter has its dots where its glyph has them") {
  Picture picture(12, 14);
  app::draw_text(picture, 0, 0, "1", 2, {255, 255, 255});
  CHECK(picture.at(4, 0) == Colour{255, 255, 255});
  CHECK(picture.at(0, 0) == Colour{0, 0, 0});
  CHECK(app::text_width("12", 2) == 22);
  CHECK(app::text_width("", 2) == 0);
}

TEST_CASE("charts without bars or of many are drawn below one another") {
  const app::BarChart empty{"empty", "x", {}, {}, {}, {}};
  app::BarChart full{"full", "x", {{0, 1, 1}}, {{0.5, "half"}}, {{1, "1"}}, {{0.5, "mean"}}};
  const Picture picture = app::draw_charts({empty, full}, 400, 300);
  CHECK(picture.width() == 400);
  CHECK(picture.height() == 600);
}
