#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "unit/run_printed.hpp"

using app::Printer;
using app::PrinterOptions;
using Mode = app::PrinterOptions::Mode;
using Keys = std::vector<std::uint64_t>;

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

TEST_CASE("a command is printed when all that it has printed is written") {
  Printed printed(chosen(Mode::group, true));
  printed->expect(1);
  printed->expect(2);
  printed->add(2, 1, 1, "2");
  printed->ended(2);
  printed.out();
  CHECK(printed->take_printed().empty());
  printed->add(1, 1, 1, std::string(3'000'000, '1'));
  printed->ended(1);
  CHECK(printed->flush());
  CHECK(printed->take_printed().empty());
  CHECK(printed.out().size() == 3'000'001);
  CHECK(printed->take_printed() == Keys{1, 2});
  CHECK(printed->take_printed().empty());
}

TEST_CASE("a command that has printed nothing is printed when it has ended, once") {
  Printed printed;
  for (const std::uint64_t key : {1, 2, 3}) printed->expect(key);
  printed->ended(3);
  printed->ended(1);
  CHECK(printed->take_printed().empty());
  printed.out();
  CHECK(printed->take_printed() == Keys{3, 1});
  printed->ended(2);
  printed.out();
  CHECK(printed->take_printed() == Keys{2});
}
