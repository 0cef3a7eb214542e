#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <sstream>
#include <thread>

#include "farm/farm.hpp"

// Prints from kernels, and looks at what the driver sees of it. The arguments say what.

namespace printing {

void say(const std::string& file, const std::string& text) {
  const int fd = file == "err" ? 2 : 1;
  if (write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
}

/// In several ways; engines that print at the same time would mix.
void print(int x) {
  std::cout << "task " + std::to_string(x) + " begins\n";
  std::printf("printf %d ", x);
  std::cerr << "error " + std::to_string(x) + "\n";
  say("out", "write " + std::to_string(x) + "\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(x % 3));
  std::cout << "task " + std::to_string(x) + " ends";
}
std::string expected(int x) {
  const std::string n = std::to_string(x);
  return "task " + n + " begins\nprintf " + n + " write " + n + "\ntask " + n + " ends";
}

std::string binary(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * i) >> 5);
  return bytes;
}
void print_binary(std::size_t size) { std::cout << binary(size); }
void print_nothing(int) {}
int start_child(int x) {
  const std::string n = std::to_string(x);
  return std::system(
      ("echo child " + n + "; echo child error " + n + " >&2; echo more > /dev/stderr").c_str());
}
void print_line(int x) { std::cout << std::to_string(x) + std::string(50, 'x') + "\n"; }
void print_and_die(int x) {
  std::cout << "last words of " + std::to_string(x) + "\n" << std::flush;
  raise(SIGKILL);
}
int inner(int x) {
  std::cout << "inner " << x << "\n";
  return x;
}
int outer(farm::Engine& here, int x) {
  std::cout << "outer " << x << " begins, ";
  const int y = here.submit(farm::kernel<&inner>, x + 100).get();
  std::cout << "ends with " << y << "\n";
  return x;
}
void print_slowly(const std::string& text) {
  std::cout << text << " begins\n" << std::flush;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  std::cout << text << " ends\n";
}

std::vector<int> numbers(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

bool check(bool good, const std::string& what) {
  if (!good) std::cout << "WRONG: " << what << std::endl;
  return good;
}

// The outputs of a map that was captured are those of its items.
bool tasks(farm::Client& client, farm::CountOrAutomatic chunk, int n) {
  auto all = client.load_balanced().with({.chunk = chunk}).map(farm::kernel<&print>, numbers(n));
  all.get();
  bool good = true;
  for (int i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const farm::TaskOutput output = all.output(at);
    good = check(output.out == expected(i), "stdout of " + std::to_string(i) + ": " + output.out) &&
           check(output.err == "error " + std::to_string(i) + "\n", "stderr: " + output.err) &&
           check(output.engine == all.info(at).engine && output.dropped == 0, "engine") && good;
  }
  return good;
}

bool large(farm::Client& client) {
  bool good = true;
  for (const std::size_t size : {std::size_t{1} << 20, std::size_t{10'000'000}}) {
    auto one = client.load_balanced().apply(farm::kernel<&print_binary>, size);
    one.get();
    good = check(one.output().out == binary(size), "binary output") && good;
  }
  return good;
}

bool children(farm::Client& client) {
  auto all = client.load_balanced().map(farm::kernel<&start_child>, numbers(10));
  all.get();
  bool good = true;
  for (int i = 0; i < 10; ++i) {
    const std::string n = std::to_string(i);
    const farm::TaskOutput output = all.output(static_cast<std::size_t>(i));
    good = check(output.out == "child " + n + "\n", "child's stdout: " + output.out) &&
           check(output.err == "child error " + n + "\nmore\n", "child's stderr: " + output.err) &&
           good;
  }
  return good;
}

bool silent(farm::Client& client) {
  auto all = client.load_balanced().map(farm::kernel<&print_nothing>, numbers(100));
  all.get();
  std::ostringstream shown;
  all.display_outputs(shown);
  return check(shown.str().empty() && all.output(5).engine == farm::EngineId(), "silence");
}

bool nested(farm::Client& client) {
  auto all = client.load_balanced().map(farm::kernel<&outer>, numbers(20));
  all.get();
  bool good = true;
  for (int i = 0; i < 20; ++i) {
    const std::string output = all.output(static_cast<std::size_t>(i)).out;
    const std::string n = std::to_string(i);
    good = check(output == "outer " + n + " begins, ends with " + std::to_string(i + 100) + "\n",
                 "outer: " + output) &&
           good;
  }
  return good;
}

bool direct(farm::Client& client) {
  auto all = client.direct().apply(farm::kernel<&print>, 7);
  all.get();
  bool good = true;
  for (std::size_t i = 0; i < all.size(); ++i) {
    good = check(all.output(i).out == expected(7), "direct: " + all.output(i).out) && good;
  }
  return good;
}

int drive(farm::Client& client) {
  const std::string what = client.arguments().at(1);
  if (what == "tasks") {
    const bool good = tasks(client, 1, 60) && tasks(client, 20, 60);
    return good ? 0 : 1;
  }
  if (what == "direct") return direct(client) ? 0 : 1;
  if (what == "large") return large(client) ? 0 : 1;
  if (what == "nested") return nested(client) ? 0 : 1;
  if (what == "children") return children(client) ? 0 : 1;
  if (what == "silent") return silent(client) ? 0 : 1;
  if (what == "lines") {
    client.load_balanced().map(farm::kernel<&print_line>, numbers(2000)).get();
    return 0;
  }
  if (what == "slowly") {
    auto one = client.load_balanced().apply(farm::kernel<&print_slowly>, std::string("slow"));
    while (one.output().out.empty() && !one.ready()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::cout << (one.ready() ? "seen late" : "seen before its end") << std::endl;
    one.get();
    return 0;
  }
  if (what == "die") {
    auto one = client.load_balanced().apply(farm::kernel<&print_and_die>, 3);
    try {
      one.get();
    } catch (const farm::Error& error) {
      std::cout << "error: " << error.what() << std::endl;
    }
    return check(one.output().out == "last words of 3\n", "words of the dead: " + one.output().out)
               ? 0
               : 1;
  }
  return 2;
}

}  // namespace printing

int main(int argc, char** argv) { return farm::run(argc, argv, printing::drive); }
