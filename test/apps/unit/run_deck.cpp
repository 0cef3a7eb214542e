#include "farm_app/run/deck.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "farm_app/run/dry_run.hpp"
#include "run_cases.hpp"

using app::DeckRenderer;
using Catch::Matchers::Contains;
using run_cases::Folder;
using run_cases::steps_of;
using run_cases::Words;

namespace {

std::string rendered(const std::string& text, const Words& names, const Words& values) {
  const Folder folder;
  DeckRenderer decks({{folder.file("deck.in.j2", text), "deck.in"}}, names);
  return decks.render(values, 7).at(0);
}

}  // namespace

TEST_CASE("run: a deck has variables, filters, if and for") {
  CHECK(rendered("mu = {{ mu }}\n", {"mu"}, {"0.50"}) == "mu = 0.50\n");
  CHECK(rendered("{{ mu * 2 }} {{ '%.3f' % mu }} {{ mu | int }}", {"mu"}, {"1.5"}) ==
        "3.0 1.500 1");
  CHECK(rendered("{% if n > 9 %}many{% else %}{{ n + 1 }}{% endif %}", {"n"}, {"009"}) == "10");
  CHECK(rendered("{{ n }} {{ name | upper }}", {"n", "name"}, {"009", "ünï"}) == "009 ÜNÏ");
  CHECK(rendered("{% for i in range(n) %}{{ i }},{% endfor %}{{ seq }}", {"n"}, {"3"}) ==
        "0,1,2,7");
  CHECK(rendered("{{ args[1] }} {{ values['a b'] }}", {"a b", ""}, {"x", "y"}) == "y x");
  CHECK(rendered("{{ x }}", {"x"}, {"1_000"}) == "1_000");
  CHECK(rendered("{{ x }}\r\n\n", {"x"}, {"a\nb"}) == "a\nb\n\n");
}

TEST_CASE("run: bytes that are no UTF-8 go through") {
  CHECK(rendered("\xFFx{{ x }}", {"x"}, {"\xFE"}) == "\xFFx\xFE");
}

TEST_CASE("run: a variable that is missing is an error with template and line") {
  CHECK_THROWS_WITH(rendered("a\n\n{{ nu }}", {"mu"}, {"1"}),
                    Contains("deck.in.j2, line 3") && Contains("'nu'"));
  CHECK_THROWS_WITH(rendered("a\n{{ 1 / mu }}", {"mu"}, {"0"}),
                    Contains("deck.in.j2, line 2") && Contains("zero"));
}

TEST_CASE("run: after an error the next deck is rendered") {
  const Folder folder;
  DeckRenderer decks({{folder.file("deck.j2", "{{ 1 // x }}"), "deck"}}, {"x"});
  CHECK_THROWS(decks.render({"0"}, 1));
  CHECK(decks.render({"1"}, 2) == Words{"1"});
}

TEST_CASE("run: a template that is wrong is an error at the start") {
  CHECK_THROWS_WITH(rendered("a\n{% if %}", {}, {}), Contains("deck.in.j2, line 2"));
  CHECK_THROWS_WITH(DeckRenderer({{"no/such.j2", "x"}}, {}), Contains("no/such.j2"));
}

TEST_CASE("run: a template may include others beside it") {
  const Folder folder;
  folder.file("common.j2", "common {{ x }}");
  DeckRenderer decks({{folder.file("deck.j2", "{% include 'common.j2' %}!"), "deck"}}, {"x"});
  CHECK(decks.render({"1"}, 1) == Words{"common 1!"});
}

TEST_CASE("run: decks are files of their command, or its standard input") {
  const Folder folder;
  const std::string one = folder.file("run.in.j2", "mu={{ mu }}\n");
  const std::string two = folder.file("two", "{{ seq }}\n");
  const auto steps =
      steps_of({"--template", one, "--template", two + "=-", "--range", "mu=0:1", "sim", "{mu}"});
  REQUIRE(steps.size() == 2);
  const auto& job = steps[1].job;
  CHECK(job.files == std::vector<std::pair<std::string, std::string>>{{"run.in", "mu=1\n"}});
  CHECK(job.input == "2\n");
  CHECK(app::dry_run_text(job) == "sim 1\n# standard input:\n#   2\n# run.in:\n#   mu=1\n");
}

TEST_CASE("run: a large deck goes through") {
  const std::string large =
      rendered("{{ 'x' * 3000000 }}{{ y }}", {"y"}, {std::string(200'000, 'y')});
  CHECK(large.size() == 3'200'000);
}
