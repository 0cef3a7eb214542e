#include <catch2/catch.hpp>
#include <cstdio>

#include "farm_app/run/plain_words.hpp"

using app::plain_words;
using Words = std::vector<std::string>;

namespace {

// What sh makes of it.
Words words_by_sh(const std::string& command) {
  const std::string line = "printf '%s\\0' " + command;
  Words words;
  std::FILE* pipe = popen(line.c_str(), "r");
  std::string word;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c != 0) {
      word += static_cast<char>(c);
      continue;
    }
    words.push_back(word);
    word.clear();
  }
  pclose(pipe);
  return words;
}

}  // namespace

TEST_CASE("the words of a plain command are those that a shell makes of it") {
  const std::string command =
      GENERATE("program", "  program\targument ", "./solve --mu=0.5 -n 3 in/a_b@c+d,e:f%g",
               "solve 'a b' \"c d\"", "solve '' \"\" x''y\"z\"", R"(solve a\ b \'c \\ \$d \* \#)",
               R"(solve "a \"b\" \$c \\ \d")", "solve 'a\nb'", "solve 'it'\\''s'",
               "solve \xc3\xa4\xe2\x82\xac '\xf0\x9f\x8c\xbe'", "a x=1", "/bin/true", "true",
               "echo a b", "solve 'a*b' '$HOME' '`x`' '~' '#'");
  CAPTURE(command);
  const auto words = plain_words(command);
  REQUIRE(words);
  CHECK(*words == words_by_sh(command));
}

TEST_CASE("a command that a shell has to look at has no plain words") {
  const std::string command =
      GENERATE("", "  ", "a | b", "a; b", "a && b", "a &", "a > b", "a < b", "a $b", "a \"$b\"",
               "a `b`", "a \"`b`\"", "a *", "a ?", "a [b]", "a {b,c}", "a ~", "a # b", "a\nb",
               "(a)", "! a", "x=1 a", "x=1", "cd /", "exit 3", ". file", "if", "exec a",
               "echo -n a", "echo 'a\\b'", "printf a", "kill 1", "a 'b", "a \"b", "a \\", "a \\\nb",
               "a \"b!\"", "a '!'", "a ^b", "%1", "a =b", "'cd' /", "-x", "ulimit -v 1");
  CAPTURE(command);
  CHECK_FALSE(plain_words(command));
}
