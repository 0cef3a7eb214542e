#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "farm_app/command_line.hpp"
#include "farm_app/numbers/format.hpp"
#include "farm_app/wordcount/report.hpp"
#include "farm_app/wordcount/settings.hpp"
#include "farm_app/wordcount/totals.hpp"

using app::Separator;
using app::UsageError;
using app::WordTable;
using Catch::Matchers::Contains;

namespace {

using Words = std::vector<std::string>;
using Histogram = std::map<std::string, std::uint64_t>;

Words words_of(std::string_view text, Separator separator = Separator::text) {
  Words words;
  app::each_word(text, separator, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

Histogram histogram_of(const WordTable& table) {
  Histogram histogram;
  for (const auto& entry : table.entries()) {
    histogram[std::string(table.word(entry))] += entry.count;
  }
  return histogram;
}

}  // namespace

TEST_CASE("a word is a run of letters and digits, with apostrophes inside") {
  CHECK(words_of("Hello, world! 42 times (3d).") == Words{"Hello", "world", "42", "times", "3d"});
  CHECK(words_of("don't 'quote' rock'n'roll o'' '") == Words{"don't", "quote", "rock'n'roll", "o"});
  CHECK(words_of("").empty());
  CHECK(words_of(" \n\t.,;").empty());
  CHECK(words_of("a_b-c") == Words{"a", "b", "c"});
}

TEST_CASE("letters beyond ASCII belong to words, punctuation beyond ASCII does not") {
  CHECK(words_of("«Größe» — naïve… мир, 東京。日々") ==
        Words{"Größe", "naïve", "мир", "東京", "日々"});
  CHECK(words_of("it’s ‘so’ 5×3 ½\u00A0x\u3000y") == Words{"it’s", "so", "5", "3", "x", "y"});
  CHECK(words_of("\uFEFFfirst word") == Words{"first", "word"});
  CHECK(words_of("می\u200Cخواهم") == Words{"می\u200Cخواهم"});
  CHECK(words_of("😀") == Words{"😀"});
}

TEST_CASE("bytes that are no UTF-8 separate words and are in none") {
  CHECK(words_of("a\xFF"
                 "b") == Words{"a", "b"});
  CHECK(words_of("caf\xC3") == Words{"caf"});
  CHECK(words_of("x\xC0\xAFy\xE0\x80\xAFz") == Words{"x", "y", "z"});          // overlong
  CHECK(words_of("x\xED\xA0\x80y\xF4\x90\x80\x80z") == Words{"x", "y", "z"});  // surrogate, too far
  CHECK(words_of("\xE2\x82") == Words{});
  CHECK(words_of("\x80\xBF") == Words{});
}

TEST_CASE("between white space everything is a word") {
  CHECK(words_of(" a,b \"c\"\n\n\xFF\xFE\t- \v\f\r", Separator::whitespace) ==
        Words{"a,b", "\"c\"", "\xFF\xFE", "-"});
  CHECK(words_of("\u00A0", Separator::whitespace) == Words{"\u00A0"});
}

TEST_CASE("lower changes the letters of ASCII and no others") {
  std::string text = "ABC XYZ @[`{ ÄÖ Straße";
  app::to_lower(text.data(), text.data() + text.size());
  CHECK(text == "abc xyz @[`{ ÄÖ straße");
}

TEST_CASE("the table counts as a map does while it grows") {
  WordTable table;
  Histogram expected;
  Words words;
  std::uint64_t state = 1;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    // Words of 0 to 40 bytes, many of which share their first 8 bytes.
    const std::uint64_t number = (state >> 33U) % 30'000;
    std::string word = number % 3 == 0 ? "" : "beginning";
    word += std::to_string(number);
    word.resize(number % 41, static_cast<char>('a' + number % 26));
    table.add(word);
    ++expected[word];
    words.push_back(std::move(word));
  }
  WordTable batched;
  WordTable::Batch batch(batched);
  for (const std::string& word : words) batch.add(word);
  batch.flush();
  CHECK(histogram_of(batched) == expected);
  CHECK(table.size() == expected.size());
  CHECK(histogram_of(table) == expected);
  CHECK(table.count("beginning") == (expected.count("beginning") ? expected["beginning"] : 0));
  CHECK(WordTable().count("x") == 0);
}

TEST_CASE("words that differ in length or in a zero byte only are different") {
  WordTable table;
  const Words words{"",
                    std::string(1, '\0'),
                    std::string(2, '\0'),
                    "a",
                    std::string("a\0", 2),
                    "12345678",
                    std::string("12345678\0", 9),
                    "123456789",
                    "1234567812345678"};
  for (std::size_t i = 0; i < words.size(); ++i) table.add(words[i], i + 1);
  for (std::size_t i = 0; i < words.size(); ++i) CHECK(table.count(words[i]) == i + 1);
  CHECK(table.size() == words.size());
}

TEST_CASE("tables that are merged hold the sums") {
  WordTable one;
  WordTable other;
  for (int i = 0; i < 3000; ++i) {
    one.add("word number " + std::to_string(i), 2);
    other.add("word number " + std::to_string(i + 1000), 3);
  }
  one.merge(other);
  CHECK(one.size() == 4000);
  CHECK(one.count("word number 0") == 2);
  CHECK(one.count("word number 1000") == 5);
  CHECK(one.count("word number 3999") == 3);
  WordTable empty;
  empty.merge(one);
  CHECK(histogram_of(empty) == histogram_of(one));
}

TEST_CASE("the ranking is by count and then by bytes, and ends after the top") {
  app::Counts counts;
  for (const char* word : {"b", "c", "a", "é", "B"}) counts.table.add(word, 2);
  counts.table.add("often", 7);
  const auto ranked = [&counts](std::uint64_t top) {
    counts.top = top;
    Words words;
    for (const auto& [word, count] : app::totals_of(counts).ranking) words.push_back(word);
    return words;
  };
  CHECK(ranked(0) == Words{"often", "B", "a", "b", "c", "é"});
  CHECK(ranked(2) == Words{"often", "B"});
  CHECK(ranked(100).size() == 6);
  CHECK(app::totals_of(counts).words == 17);
  CHECK(app::totals_of(counts).different == 6);
}

TEST_CASE("a CSV field is quoted where RFC 4180 asks for it") {
  CHECK(app::csv_field("plain words 'n' all") == "plain words 'n' all");
  CHECK(app::csv_field("a,b") == "\"a,b\"");
  CHECK(app::csv_field("say \"hi\"") == "\"say \"\"hi\"\"\"");
  CHECK(app::csv_field("two\nlines") == "\"two\nlines\"");
  CHECK(app::csv_field("\r") == "\"\r\"");
  CHECK(app::csv_field("").empty());
}

TEST_CASE("a wrong command line of wordcount is refused with a sentence") {
  const auto read = [](const Words& words) { return app::read_wordcount_settings(words); };
  CHECK_THROWS_WITH(read({}), Contains("the folder comes first"));
  CHECK_THROWS_WITH(read({"--top", "3"}), Contains("the folder comes first"));
  CHECK_THROWS_WITH(read({"docs", "--separator", "commas"}), Contains("text and whitespace"));
  CHECK_THROWS_WITH(read({"docs", "--split", "16Q"}), Contains("--split '16Q'"));
  CHECK_THROWS_AS(read({"docs", "--top", "0"}), UsageError);
  CHECK_THROWS_AS(read({"docs", "more"}), UsageError);
  CHECK_THROWS_AS(read({"docs", "--output", ""}), UsageError);
  const auto settings = read({"docs", "--top", "5", "--lower", "--separator", "whitespace"});
  REQUIRE(settings);
  CHECK(settings->folder == "docs");
  CHECK(settings->top == 5);
  CHECK(settings->rules.lower);
  CHECK(settings->rules.separator == Separator::whitespace);
}
