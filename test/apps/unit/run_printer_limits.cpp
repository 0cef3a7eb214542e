#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "unit/run_printed.hpp"

using app::Printer;
using app::PrinterOptions;
using Catch::Matchers::Contains;
using Mode = app::PrinterOptions::Mode;

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

TEST_CASE("a slow reader is waited for, also where the pipe does not block") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_NONBLOCK) == 0);
  PrinterOptions options;
  options.out = ends[1];
  Printer printer(options);
  printer.expect(1);
  printer.add(1, 1, 1, std::string(500'000, 'x'));
  printer.ended(1);
  std::size_t read = 0;
  std::thread reader([&] {
    std::string block(10'000, ' ');
    while (read < 500'000) {
      const auto got = ::read(ends[0], block.data(), block.size());
      if (got > 0) read += static_cast<std::size_t>(got);
      if (got < 0) std::this_thread::yield();
    }
  });
  while (printer.flush()) {
  }
  reader.join();
  CHECK(printer.problem().empty());
  CHECK(read == 500'000);
  ::close(ends[0]);
  ::close(ends[1]);
}
