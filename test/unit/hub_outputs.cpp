#include "hub/outputs.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <sstream>
#include <vector>

#include "hub/output_watch.hpp"

using farm::TaskId;
using farm::hub::Outputs;
using farm::hub::OutputStyle;
using farm::hub::Writer;

namespace {

// What would stand on stdout and stderr.
struct Screen {
  std::string out;
  std::string err;
  std::vector<std::string> pieces;

  farm::hub::OutputOptions options(OutputStyle style, std::uint64_t most = 1 << 20) {
    return {style,
            [this](std::uint32_t stream, std::string_view text) {
              (stream == 1 ? out : err) += text;
              pieces.emplace_back(text);
            },
            most};
  }
};

std::string kernel() { return "kernel"; }

void add(Outputs& outputs, int engine, int task, std::uint32_t stream, std::string_view text,
         std::uint16_t attempt = 1) {
  outputs.add({engine, static_cast<std::uint32_t>(engine), attempt},
              TaskId{static_cast<std::uint64_t>(task)}, stream, text, kernel);
}

}  // namespace

TEST_CASE("output that is let through is printed as it comes, and not kept", "[unit][hub]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::through));
  add(outputs, 1, 10, 1, "one");
  add(outputs, 1, 10, 2, "two");
  CHECK(screen.out == "one");
  CHECK(screen.err == "two");
  CHECK_FALSE(outputs.any());
}

TEST_CASE("of what somebody watches, a journal gets the beginning of each task and stream",
          "[unit][hub]") {
  farm::hub::OutputWatch watch;
  CHECK_FALSE(watch.on());
  const std::string text(40'000, 'x');
  const auto recorded = [&](int task, farm::Stream stream) {
    return watch.recorded({TaskId{static_cast<std::uint64_t>(task)}, 1, 1, stream, text}, 5).size();
  };
  CHECK(recorded(1, farm::Stream::out) == 40'000);
  CHECK(recorded(2, farm::Stream::out) == 40'000);
  CHECK(recorded(1, farm::Stream::out) == 25'536);
  CHECK(recorded(1, farm::Stream::out) == 0);
  CHECK(recorded(1, farm::Stream::err) == 40'000);
  const bool lost = GENERATE(true, false);
  lost ? watch.lose(1) : watch.end(1, 5);
  CHECK(recorded(1, farm::Stream::out) == 40'000);
}

TEST_CASE("grouped output is printed in one piece when its task ends", "[unit][hub][b140]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::group));
  add(outputs, 1, 10, 1, "one ");
  add(outputs, 2, 20, 1, "two ");
  add(outputs, 1, 10, 2, "error");
  add(outputs, 1, 10, 1, "and one\n");
  CHECK(screen.pieces.empty());
  outputs.end(2, 2);
  outputs.end(1, 1);
  CHECK(screen.pieces == std::vector<std::string>{"two ", "one and one\n", "error"});
  CHECK(outputs.find(TaskId{10})->out == "one and one\n");
  CHECK(outputs.find(TaskId{10})->err == "error");
  CHECK(outputs.find(TaskId{10})->engine == farm::EngineId(1));
  CHECK(outputs.known(TaskId{0}, 15) == std::vector{TaskId{10}});
  outputs.forget(TaskId{0}, 15);
  CHECK(outputs.find(TaskId{10}) == nullptr);
  CHECK(outputs.find(TaskId{20}) != nullptr);
}

TEST_CASE("a header names task, kernel and engine", "[unit][hub][b140]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::headed));
  add(outputs, 3, 5, 1, "text");
  outputs.end(3, 3);
  CHECK(screen.out == "--- task 5, kernel, engine 3 ---\ntext\n");
  CHECK(screen.err.empty());
}

TEST_CASE("streams that stay empty print nothing", "[unit][hub][b141]") {
  for (const OutputStyle style : {OutputStyle::group, OutputStyle::headed, OutputStyle::prefix}) {
    Screen screen;
    Outputs outputs(screen.options(style));
    outputs.end(1, 1);
    add(outputs, 1, 1, 2, "x");
    outputs.end(1, 1);
    CHECK(screen.out.empty());
    CHECK(screen.pieces.size() == 1);
    CHECK_FALSE(outputs.known(TaskId{0}, 10).empty());
  }
}

TEST_CASE("lines of a hundred engines do not mix", "[unit][hub][b140]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::prefix));
  std::mt19937 random(7);
  constexpr int engines = 100;
  std::vector<std::string> left(engines);
  std::string line(30, '.');
  for (int i = 0; i < engines; ++i) {
    for (int n = 0; n < 20; ++n) {
      left[static_cast<std::size_t>(i)] += std::to_string(1000 + i) + line + "\n";
    }
  }
  for (bool any = true; any;) {
    any = false;
    for (int i = 0; i < engines; ++i) {
      std::string& text = left[static_cast<std::size_t>(i)];
      const std::size_t size = std::min<std::size_t>(random() % 50, text.size());
      if (size != 0) add(outputs, i + 1, i, 1, text.substr(0, size));
      text.erase(0, size);
      any = any || !text.empty();
    }
  }
  std::istringstream lines(screen.out);
  int count = 0;
  for (std::string one; std::getline(lines, one); ++count) {
    const std::size_t end = one.find("] ");
    REQUIRE(end != std::string::npos);
    int engine = 0;
    int task = 0;
    REQUIRE(std::sscanf(one.c_str(), "[engine %d task %d] ", &engine, &task) == 2);
    REQUIRE(engine == task + 1);
    REQUIRE(one.substr(end + 2) == std::to_string(1000 + task) + line);
  }
  CHECK(count == 20 * engines);
}

TEST_CASE("a line that is not complete is printed when its task ends", "[unit][hub]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::prefix));
  add(outputs, 1, 2, 1, "one\ntw");
  CHECK(screen.out == "[engine 1 task 2] one\n");
  add(outputs, 1, 2, 1, "o");
  CHECK(screen.out == "[engine 1 task 2] one\n");
  outputs.end(1, 1);
  CHECK(screen.out == "[engine 1 task 2] one\n[engine 1 task 2] two\n");
  add(outputs, 1, 3, 1, std::string(100'000, 'x'));
  CHECK(screen.out.size() > 100'000);
}

TEST_CASE("what an engine that dies has sent is printed", "[unit][hub]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::group));
  add(outputs, 1, 2, 1, "before the end");
  outputs.lose(2);
  CHECK(screen.out.empty());
  outputs.lose(1);
  CHECK(screen.out == "before the end");
}

TEST_CASE("the output of a task that is tried again is that of the last attempt", "[unit][hub]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::group));
  add(outputs, 1, 2, 1, "first", 1);
  outputs.end(1, 1);
  add(outputs, 2, 2, 1, "second", 2);
  add(outputs, 1, 2, 1, "late", 1);
  outputs.end(2, 2);
  CHECK(outputs.find(TaskId{2})->out == "second");
  CHECK(screen.out == "firstlatesecond");
}

TEST_CASE("outputs beyond the limit go, those that ended first before others", "[unit][hub]") {
  Screen screen;
  Outputs outputs(screen.options(OutputStyle::group, 1000));
  for (int task = 0; task < 20; ++task) {
    add(outputs, 1, task, 1, std::string(100, static_cast<char>('a' + task)));
    outputs.end(1, 1);
  }
  CHECK(screen.out.size() == 2000);
  CHECK(outputs.find(TaskId{9})->out.empty());
  CHECK(outputs.find(TaskId{9})->dropped == 100);
  CHECK(outputs.find(TaskId{10})->out == std::string(100, 'k'));
  CHECK(outputs.find(TaskId{10})->dropped == 0);
}

TEST_CASE("of a task that prints too much the end is kept, and all of it printed", "[unit][hub]") {
  const OutputStyle style = GENERATE(OutputStyle::group, OutputStyle::prefix);
  Screen screen;
  Outputs outputs(screen.options(style, 1000));
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    all += line;
    add(outputs, 1, 0, 1, line);
  }
  outputs.end(1, 1);
  const farm::TaskOutput& kept = *outputs.find(TaskId{0});
  CHECK(kept.out.size() <= 1000);
  CHECK(kept.out.size() + kept.dropped == all.size());
  CHECK(all.ends_with(kept.out));
  if (style == OutputStyle::group) CHECK(screen.out == all);
  CHECK(std::count(screen.out.begin(), screen.out.end(), '\n') == 1000);
}
