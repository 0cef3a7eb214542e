#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "farm_app/run/printer.hpp"
#include "unit/run_folder.hpp"

using app::Printer;
using app::PrinterOptions;
using Catch::Matchers::Contains;
using Mode = app::PrinterOptions::Mode;

namespace {

/// A printer whose standard output and error are files.
class Printed {
 public:
  explicit Printed(PrinterOptions options = {})
      : out_(::open(folder_.file("out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)),
        err_(::open(folder_.file("err").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)),
        printer_(with_files(options)) {}
  ~Printed() {
    ::close(out_);
    ::close(err_);
  }
  Printed(const Printed&) = delete;
  Printed& operator=(const Printed&) = delete;

  Printer* operator->() { return &printer_; }
  std::string out() {
    while (printer_.flush()) {
    }
    return folder_.text("out");
  }
  std::string err() {
    out();
    return folder_.text("err");
  }

 private:
  PrinterOptions with_files(PrinterOptions options) const {
    options.out = out_;
    options.err = err_;
    return options;
  }

  RunFolder folder_;
  int out_;
  int err_;
  Printer printer_;
};

PrinterOptions chosen(Mode mode, bool keep_order = false, bool tag = false) {
  PrinterOptions options;
  options.mode = mode;
  options.keep_order = keep_order;
  options.tag = tag;
  return options;
}

}  // namespace

TEST_CASE("outputs of commands do not mix and come as the commands end") {
  Printed printed;
  for (const std::uint64_t key : {1, 2}) printed->expect(key);
  printed->add(1, 1, 1, "one ");
  printed->add(2, 1, 1, "two ");
  printed->add(1, 1, 2, "one's error");
  printed->add(2, 1, 1, "and more\n");
  CHECK(printed.out().empty());
  printed->ended(2, 1);
  CHECK(printed.out() == "two and more\n");
  CHECK(printed.err().empty());
  printed->ended(1, 1);
  CHECK(printed.out() == "two and more\none ");
  CHECK(printed.err() == "one's error");
  CHECK(printed->held_in_memory() == 0);
}

TEST_CASE("standard output comes before standard error where both are one file") {
  const RunFolder folder;
  PrinterOptions options;
  options.out = options.err =
      ::open(folder.file("both").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  Printer printer(options);
  for (const std::uint64_t key : {1, 2}) {
    printer.expect(key);
    printer.add(key, 1, 2, "e");
    printer.add(key, 1, 1, "o");
    printer.add(key, 1, 2, "e2 ");
    printer.ended(key);
  }
  CHECK_FALSE(printer.flush());
  CHECK(folder.text("both") == "oee2 oee2 ");
  ::close(options.out);
}

TEST_CASE("outputs are kept in order") {
  Printed printed(chosen(Mode::group, true));
  for (const std::uint64_t key : {3, 5, 8, 9}) printed->expect(key);
  printed->add(9, 1, 1, "9");
  printed->ended(9);
  printed->add(5, 1, 1, "5");
  printed->ended(5);
  CHECK(printed.out().empty());
  printed->ended(3);  // has printed nothing
  CHECK(printed.out() == "5");
  printed->add(8, 1, 1, "8");
  CHECK(printed.out() == "5");
  printed->ended(8);
  CHECK(printed.out() == "589");
}

TEST_CASE("what comes before its command is expected waits for it") {
  Printed printed(chosen(Mode::ungroup, true));
  printed->add(2, 1, 1, "2");
  CHECK(printed.out().empty());
  printed->expect(1);
  CHECK(printed.out().empty());
  printed->add(1, 1, 1, "1");
  printed->expect(2);
  printed->ended(2);
  CHECK(printed.out() == "1");
  printed->ended(1);
  CHECK(printed.out() == "12");
}

TEST_CASE("each line gets its tag, a last line without an end too, an empty output none") {
  Printed printed(chosen(Mode::group, false, true));
  printed->expect(1, "x");
  printed->expect(2, "y z");
  printed->expect(3, "w");
  printed->add(1, 1, 1, "a\n\nb");
  printed->add(1, 1, 1, "c");
  printed->add(1, 1, 2, "e\nf");
  printed->add(2, 1, 1, "d\n");
  for (const std::uint64_t key : {1, 2, 3}) printed->ended(key);
  CHECK(printed.out() == "x\ta\nx\t\nx\tbcy z\td\n");
  CHECK(printed.err() == "x\te\nx\tf");
}

TEST_CASE("whole lines come as they are printed, the rest in the end") {
  Printed printed(chosen(Mode::lines, false, true));
  printed->expect(1, "x");
  printed->expect(2, "y");
  printed->add(1, 1, 1, "a\nb");
  CHECK(printed.out() == "x\ta\n");
  printed->add(2, 1, 1, "c\n");
  CHECK(printed.out() == "x\ta\ny\tc\n");
  printed->add(1, 1, 1, "b\n");
  CHECK(printed.out() == "x\ta\ny\tc\nx\tbb\n");
  printed->add(1, 1, 1, "end");
  printed->ended(1);
  CHECK(printed.out() == "x\ta\ny\tc\nx\tbb\nx\tend");
}

TEST_CASE("lines in order: those of the first command come at once") {
  Printed printed(chosen(Mode::lines, true));
  printed->expect(1);
  printed->expect(2);
  printed->add(2, 1, 1, "2a\n2b");
  printed->add(1, 1, 1, "1a\n1b");
  CHECK(printed.out() == "1a\n");
  printed->ended(1);
  CHECK(printed.out() == "1a\n1b2a\n");
  printed->ended(2);
  CHECK(printed.out() == "1a\n1b2a\n2b");
}

TEST_CASE("ungrouped output comes at once and without tags") {
  Printed printed(chosen(Mode::ungroup, false, true));
  printed->expect(1, "x");
  printed->add(1, 1, 1, "a");
  CHECK(printed.out() == "a");
  printed->add(1, 1, 1, "b");
  CHECK(printed.out() == "ab");
}

TEST_CASE("another attempt takes the place of what was not written") {
  Printed printed;
  printed->expect(1);
  printed->add(1, 1, 1, "first");
  printed->add(1, 2, 1, "second");
  printed->add(1, 1, 1, "late");
  printed->ended(1, 2);
  printed->add(1, 2, 1, "later");
  CHECK(printed.out() == "second");
  CHECK(printed->held_in_memory() == 0);

  printed->expect(2);
  printed->add(2, 1, 1, "failed");
  printed->ended(2, 2);  // has printed nothing
  CHECK(printed.out() == "second");
  printed->expect(3);
  printed->add(3, 1, 1, "\nlost");
  printed->ended(3);
  CHECK(printed.out() == "second\nlost");
}

TEST_CASE("what was written of an attempt stays, and its last line is ended") {
  Printed printed(chosen(Mode::lines));
  printed->expect(1);
  printed->add(1, 1, 1, "a\nhalf");
  CHECK(printed.out() == "a\n");
  printed->add(1, 2, 1, "b\n");
  printed->ended(1, 2);
  CHECK(printed.out() == "a\nhalf\nb\n");
}

TEST_CASE("more than the limits waits in a file and comes out the same") {
  PrinterOptions options = chosen(Mode::group, true);
  options.most_each = 1000;
  options.most_in_all = 5000;
  Printed printed(options);
  std::string expected;
  std::vector<std::string> outputs;
  for (std::uint64_t key = 1; key <= 20; ++key) printed->expect(key);
  for (std::uint64_t key = 20; key >= 1; --key) {
    std::string output;
    for (int i = 0; i < 40; ++i) {
      const std::string piece(static_cast<std::size_t>(i * 3), static_cast<char>(i * 7));
      output += piece + std::to_string(key) + '\0';
      printed->add(key, 1, 1, piece);
      printed->add(key, 1, 1, std::to_string(key) + '\0');
    }
    expected.insert(0, output);
    CHECK(printed->held_in_memory() <= 5000);
    if (key > 1) printed->ended(key);
  }
  CHECK(printed->held_in_file() > 30'000);
  CHECK(printed.out().empty());
  printed->ended(1);
  CHECK(printed.out() == expected);
  CHECK(printed->held_in_memory() == 0);
  CHECK(printed->held_in_file() == 0);
}

TEST_CASE("a replaced attempt gives its room in the file back") {
  PrinterOptions options;
  options.most_each = 0;
  Printed printed(options);
  printed->expect(1);
  printed->add(1, 1, 1, std::string(100'000, 'x'));
  CHECK(printed->held_in_file() == 100'000);
  printed->add(1, 2, 1, "y");
  CHECK(printed->held_in_file() == 1);
  printed->ended(1);
  CHECK(printed.out() == "y");
}

TEST_CASE("output is kept in memory where there can be no file") {
  const char* const before = std::getenv("TMPDIR");
  const std::string folder = before == nullptr ? "" : before;
  PrinterOptions options;
  options.most_each = 10;
  Printed printed(options);
  ::setenv("TMPDIR", "/no/such/folder", 1);
  printed->expect(1);
  for (int i = 0; i < 100; ++i) printed->add(1, 1, 1, "a piece of it ");
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", folder.c_str(), 1);
  CHECK(printed->held_in_memory() == 1400);
  printed->ended(1);
  CHECK(printed.out().size() == 1400);
}

TEST_CASE("a reader that has gone is a problem and no signal") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::close(ends[0]);
  PrinterOptions options;
  options.out = ends[1];
  Printer printer(options);
  for (std::uint64_t key = 1; key <= 3; ++key) {
    printer.expect(key);
    printer.add(key, 1, 1, std::string(200'000, 'x'));
    printer.ended(key);
  }
  while (printer.flush()) {
  }
  CHECK_THAT(printer.problem(), Contains("standard output") && Contains("Broken pipe"));
  CHECK(printer.held_in_memory() == 0);
  sigset_t pending;
  sigpending(&pending);
  CHECK(sigismember(&pending, SIGPIPE) == 0);
  ::close(ends[1]);
}

TEST_CASE("a full disk is a problem") {
  const int full = ::open("/dev/full", O_WRONLY);
  if (full < 0) return;
  PrinterOptions options;
  options.out = full;
  Printer printer(options);
  printer.expect(1);
  printer.add(1, 1, 1, "x");
  CHECK(printer.problem().empty());
  printer.ended(1);
  printer.flush();
  CHECK_THAT(printer.problem(), Contains("No space left"));
  ::close(full);
}

TEST_CASE("one call of flush writes no more than it was told to, in the middle of a command") {
  Printed printed;
  printed->expect(1);
  const std::string text(1'500'000, 'x');
  for (int i = 0; i < 3; ++i) printed->add(1, 1, 1, text);
  printed->ended(1);
  CHECK(printed->flush(1000));
  CHECK(printed->held_in_file() + printed->held_in_memory() > 4'000'000);
  CHECK(printed.out().size() == 4'500'000);
}

TEST_CASE("pieces come by one thread while another writes") {
  for (const bool keep_order : {false, true}) {
    for (const Mode mode : {Mode::group, Mode::lines}) {
      PrinterOptions options = chosen(mode, keep_order, true);
      options.most_each = 300;
      options.most_in_all = 3000;
      Printed printed(options);
      constexpr std::uint64_t commands = 300;
      constexpr int lines = 50;
      for (std::uint64_t key = 1; key <= commands; ++key) printed->expect(key, std::to_string(key));
      std::thread hub([&] {
        for (int i = 0; i < lines; ++i) {
          for (std::uint64_t key = 1; key <= commands; ++key) {
            printed->add(key, 1, 1, "line ");
            printed->add(key, 1, 1, std::to_string(i) + '\n');
          }
        }
        for (std::uint64_t key = commands; key >= 1; --key) printed->ended(key, 1);
      });
      for (int i = 0; i < 1000; ++i) printed->flush(500);
      hub.join();
      const std::string out = printed.out();
      std::vector<int> next(commands + 1);
      std::size_t good = 0;
      std::size_t at = 0;
      while (at < out.size()) {
        const std::size_t end = out.find('\n', at);
        const std::string line = out.substr(at, end - at);
        const auto key = static_cast<std::size_t>(std::stoi(line));
        const std::string expected =
            std::to_string(key) + "\tline " + std::to_string(next.at(key)++);
        if (line == expected) ++good;
        at = end + 1;
      }
      CHECK(good == commands * lines);
      CHECK(printed->held_in_memory() == 0);
      CHECK(printed->held_in_file() == 0);
    }
  }
}
