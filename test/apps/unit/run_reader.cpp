#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdio>

#include "farm_app/command_line.hpp"
#include "farm_app/run/columns.hpp"
#include "farm_app/run/record_reader.hpp"
#include "run_cases.hpp"

using app::Pull;
using app::RecordReader;
using app::Row;
using Catch::Matchers::Contains;
using run_cases::Folder;
using run_cases::Words;

namespace {

Words records(const std::string& text, RecordReader::Rules rules) {
  const Folder folder;
  RecordReader reader(folder.file("file", text), rules);
  Words records;
  for (std::string record; reader.next(record, 0) == Pull::got;) records.push_back(record);
  return records;
}

Row columns(const std::string& record, std::optional<std::string> colsep, bool csv = false) {
  app::JobSource source;
  source.colsep = std::move(colsep);
  source.csv = csv;
  return app::Columns(source).split(record);
}

}  // namespace

TEST_CASE("run: records are what lies between delimiters, and the last one needs none") {
  CHECK(records("", {}).empty());
  CHECK(records("\n", {}) == Words{""});
  CHECK(records("a\n\nb", {}) == Words{"a", "", "b"});
  CHECK(records("a\nb\n", {}) == Words{"a", "b"});
  CHECK(records(std::string("a\nb\0c\0", 6), {'\0'}) == Words{"a\nb", "c"});
  CHECK(records("a,\"x\ny\"\"\n\"\nb\n", {'\n', true}) == Words{"a,\"x\ny\"\"\n\"", "b"});
}

TEST_CASE("run: a record may be longer than what is read at a time") {
  const std::string longer(300'000, 'x');
  CHECK(records(longer + "\ny\n" + longer, {}) == Words{longer, "y", longer});
}

TEST_CASE("run: a reader knows the line, also behind records of several lines") {
  const Folder folder;
  RecordReader reader(folder.file("file", "a\n\"b\nc\"\nd\n"), {'\n', true});
  std::string record;
  std::vector<std::uint64_t> lines;
  while (reader.next(record, 0) == Pull::got) lines.push_back(reader.line());
  CHECK(lines == std::vector<std::uint64_t>{1, 2, 4});
}

TEST_CASE("run: a quotation mark that is not closed is refused, with its line") {
  const RecordReader::Rules csv{'\n', true};
  CHECK_THROWS_WITH(records("a\n\"b\nc\",\"d\ne\nf\n", csv),
                    Contains("file: line 3: the quotation mark is not closed"));
  CHECK_THROWS_WITH(records("a\n\"", csv), Contains("line 2"));
  CHECK_THROWS_WITH(records("a\n\"" + std::string(65U << 20U, 'x') + "\"\n", csv),
                    Contains("line 2") && Contains("within 64 MiB"));
}

TEST_CASE("run: a file that is followed ends when it is removed") {
  const Folder folder;
  const std::string path = folder.file("file", "a\nb");
  RecordReader reader(path, {'\n', false, true});
  std::string record;
  CHECK(reader.next(record, 0) == Pull::got);
  CHECK(reader.next(record, 0) == Pull::not_yet);
  std::ofstream(path, std::ios::app) << "c\nd" << std::flush;
  CHECK(reader.next(record, 0) == Pull::got);
  CHECK(record == "bc");
  CHECK(reader.next(record, 0.001) == Pull::not_yet);
  std::remove(path.c_str());
  CHECK(reader.next(record, 0) == Pull::got);
  CHECK(record == "d");
  CHECK(reader.next(record, 0) == Pull::end);
  CHECK(reader.next(record, 0) == Pull::end);
}

TEST_CASE("run: a pipe without anything to read does not block") {
  const Folder folder;
  const std::string path = folder.path("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  std::fstream writer(path, std::ios::in | std::ios::out);  // both, for else open would wait
  RecordReader reader(path, {});
  std::string record;
  CHECK(reader.next(record, 0) == Pull::not_yet);
  writer << "a" << std::flush;
  CHECK(reader.next(record, 0) == Pull::not_yet);
  writer << "b\nc" << std::flush;
  CHECK(reader.next(record, 1) == Pull::got);
  CHECK(record == "ab");
  writer.close();
  CHECK(reader.next(record, 1) == Pull::got);
  CHECK(record == "c");
  CHECK(reader.next(record, 1) == Pull::end);
}

TEST_CASE("run: what cannot be read is refused with its name") {
  CHECK_THROWS_WITH(RecordReader("no/such/file", {}), Contains("no/such/file"));
  CHECK_THROWS_WITH(RecordReader(".", {}), Contains("directory"));
}

TEST_CASE("run: columns between a text, a pattern or the commas of CSV") {
  CHECK(columns("a,b,,c", ",") == Row{"a", "b", "", "c"});
  CHECK(columns("a\tb", "\\t") == Row{"a", "b"});
  CHECK(columns("a|b", "\\|") == Row{"a", "b"});
  CHECK(columns("a, b  c", "[ ,]+") == Row{"a", "b", "c"});
  CHECK(columns("a  b", "\\s+") == Row{"a", "b"});
  CHECK(columns("a::b", "::") == Row{"a", "b"});
  CHECK(columns("a b,c", std::nullopt) == Row{"a b,c"});
  CHECK(columns("", ",") == Row{""});
  CHECK(columns(R"("1 big, 2 small","2""x4"" plank",12.34)", std::nullopt, true) ==
        Row{"1 big, 2 small", "2\"x4\" plank", "12.34"});
  CHECK(columns("a;\"b\n;\";\r", ";", true) == Row{"a", "b\n;", ""});
  CHECK_THROWS_AS(columns("", ""), app::UsageError);
  CHECK_THROWS_AS(columns("", "["), app::UsageError);
}
