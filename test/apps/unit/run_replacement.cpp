#include "farm_app/run/replacement.hpp"

#include <catch2/catch.hpp>

#include "farm_app/run/quoting.hpp"

using app::part_of;
using app::Replacement;
using app::shell_quoted;
using app::ValuePart;

namespace {

using Words = std::vector<std::string>;

std::string filled(const std::string& text, const Words& values, const Words& names = {}) {
  return Replacement(text, names, false).fill(values, 7).with(3);
}

std::string command(const Words& words, const Words& values, const Words& names = {}) {
  return Replacement::command(words, names).fill(values, 7).with(3);
}

}  // namespace

TEST_CASE("run: a value is quoted so that a shell takes it as one word") {
  CHECK(shell_quoted("a/b_c-d+e.f09Z") == "a/b_c-d+e.f09Z");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("a b") == "'a b'");
  CHECK(shell_quoted("$x") == "'$x'");
  CHECK(shell_quoted("~") == "'~'");
  CHECK(shell_quoted("a\nb") == "'a\nb'");
  CHECK(shell_quoted("é") == "'é'");
  CHECK(shell_quoted("it's") == R"('it'"'"'s')");
  CHECK(shell_quoted("'") == R"("'")");
  CHECK(shell_quoted("a''b") == R"('a'"'"''"'"'b')");
}

TEST_CASE("run: parts of a value") {
  CHECK(part_of("sub/a.tar.gz", ValuePart::all) == "sub/a.tar.gz");
  CHECK(part_of("sub/a.tar.gz", ValuePart::stem) == "sub/a.tar");
  CHECK(part_of("sub/a.tar.gz", ValuePart::base) == "a.tar.gz");
  CHECK(part_of("sub/a.tar.gz", ValuePart::directory) == "sub");
  CHECK(part_of("sub/a.tar.gz", ValuePart::base_stem) == "a.tar");
  CHECK(part_of("a.b/c", ValuePart::stem) == "a.b/c");
  CHECK(part_of(".bashrc", ValuePart::stem).empty());
  CHECK(part_of("a/b//", ValuePart::directory) == "a");
  CHECK(part_of("a//b", ValuePart::directory) == "a");
  CHECK(part_of("/x", ValuePart::directory) == "/");
  CHECK(part_of("//", ValuePart::directory) == "/");
  CHECK(part_of("x", ValuePart::directory) == ".");
}

TEST_CASE("run: values fill the holes of a text") {
  CHECK(filled("{} {.} {/} {//} {/.}", {"d/f.x"}) == "d/f.x d/f f.x d f");
  CHECK(filled("{2}{1} {-1} {-2} {3}|{-3}", {"a", "b"}) == "ba b a |");
  CHECK(filled("{2/.} {-1//}", {"a", "d/f.x"}) == "f d");
  CHECK(filled("{#} {%} {}", {"a", "b"}) == "7 3 a b");
  CHECK(filled("{mu} {n.} {nu}", {"1", "x.y"}, {"mu", "n"}) == "1 x {nu}");
  CHECK(filled("{x y/} {a.} {1}", {"p/q", "r"}, {"x y", "a."}) == "q r p/q");
  CHECK(filled("awk '{print $1}' {", {"a"}) == "awk '{print $1}' {");
  CHECK(filled("${}{}}", {"a"}) == "$aa}");
  CHECK(filled("", {"a"}).empty());
}

TEST_CASE("run: a slot is filled in where the command runs") {
  const auto text = Replacement("a{%}b{%}", {}, false).fill({}, 1);
  CHECK(text.parts == Words{"a", "b", ""});
  CHECK(text.with(12) == "a12b12");
}

TEST_CASE("run: values go to the end of a command without holes, quoted") {
  CHECK(command({"echo"}, {"a b", "c"}) == "echo 'a b' c");
  CHECK(command({"echo", "x{}y"}, {"a b"}) == "echo x'a b'y");
  CHECK(command({"echo", "{#}"}, {"a b"}) == "echo 7");
  CHECK(command({"echo", "a  b", "\"c\""}, {"1"}) == "echo a  b \"c\" 1");
}

TEST_CASE("run: values that are the command are not quoted") {
  CHECK(command({}, {"echo a", "b c"}) == "echo a b c");
  CHECK(command({"{}", "x"}, {"echo a"}) == "echo a x");
  CHECK(command({"{1}", "{2}"}, {"a b", "c d"}) == "a b c d");
  CHECK(command({" {}"}, {"a b"}) == " 'a b'");
}
