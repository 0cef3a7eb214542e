#include "farm_app/command_line.hpp"

#include <catch2/catch.hpp>

using app::CommandLine;
using app::UsageError;
using Catch::Matchers::Contains;

namespace {

struct Line {
  Line() {
    line.options().add_options()("size", boost::program_options::value(&size), "");
    line.options().add_options()("check", "");
  }
  CommandLine line{"a test"};
  std::string size = "1";
};

}  // namespace

TEST_CASE("an option stores its value, also a negative number") {
  Line test;
  CHECK(test.line.parse({"--size", "-0.75,0.1", "--check"}));
  CHECK(test.size == "-0.75,0.1");
  CHECK(test.line.given("check"));
  CHECK_FALSE(Line().line.given("check"));
}

TEST_CASE("an unknown option is refused with the nearest known one") {
  Line test;
  CHECK_THROWS_WITH(test.line.parse({"--sise", "3"}), Contains("--sise") && Contains("'--size'"));
  CHECK_THROWS_AS(test.line.parse({"--sise", "3"}), UsageError);
}

TEST_CASE("an abbreviation, a stray word, a missing value and a repetition are refused") {
  CHECK_THROWS_AS(Line().line.parse({"--siz", "3"}), UsageError);
  CHECK_THROWS_AS(Line().line.parse({"800x600"}), UsageError);
  CHECK_THROWS_AS(Line().line.parse({"--size"}), UsageError);
  CHECK_THROWS_AS(Line().line.parse({"--size", "1", "--size", "2"}), UsageError);
}

TEST_CASE("options end before the first word that is none, and is no value of one") {
  app::CommandLine line("a test");
  std::string value;
  line.options().add_options()("value,v", boost::program_options::value(&value), "")("flag,f", "")(
      "give,g", "");
  CHECK(line.leading({}) == 0);
  CHECK(line.leading({"word", "--flag"}) == 0);
  CHECK(line.leading({"-", "--flag"}) == 0);
  CHECK(line.leading({"--flag", "word"}) == 1);
  CHECK(line.leading({"--value", "-1", "word"}) == 2);
  CHECK(line.leading({"--value=1", "word"}) == 1);
  CHECK(line.leading({"-v", "1", "word"}) == 2);
  CHECK(line.leading({"-fgv", "1", "word"}) == 2);
  CHECK(line.leading({"-fv1", "word"}) == 1);
  CHECK(line.leading({"-vf", "word"}) == 1);
  CHECK(line.leading({"--", "--flag"}) == 1);
  CHECK(line.leading({"--unknown", "word"}) == 1);
  CHECK(line.leading({"--value"}) == 1);
}

TEST_CASE("the edit distance counts inserted, dropped and changed letters") {
  CHECK(app::edit_distance("", "abc") == 3);
  CHECK(app::edit_distance("kitten", "sitting") == 3);
  CHECK(app::edit_distance("same", "same") == 0);
}

TEST_CASE("a word far from all known ones gets no suggestion") {
  CHECK(app::suggestion("zebra", {"hello", "mandelbrot"}).empty());
  CHECK_THAT(app::suggestion("mandelbrod", {"hello", "mandelbrot"}), Contains("'mandelbrot'"));
  CHECK_THAT(app::suggestion("helo", {"hello", "mandelbrot"}), Contains("'hello'"));
}

TEST_CASE("the subcommand is the first argument that is none of the runtime's") {
  using app::first_argument;
  CHECK(first_argument({"farm_app", "run", "true"}) == "run");
  CHECK(first_argument({"farm_app", "--farm-seed", "run", "hello"}) == "hello");
  CHECK(first_argument({"farm_app", "--farm-seed=1", "--farm-log-level", "info", "run"}) == "run");
  CHECK(first_argument({"farm_app", "--farm-help", "run"}) == "run");
  CHECK(first_argument({"farm_app", "wordcount", "run"}) == "wordcount");
  CHECK(first_argument({"farm_app", "--", "run"}) == "--");
  CHECK(first_argument({"farm_app"}).empty());
  CHECK(first_argument({}).empty());
}
