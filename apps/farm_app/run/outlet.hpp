#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace app {

/// A file descriptor that is written to until it fails: standard output or error.
class Outlet {
 public:
  /// `name` is for problem(). The descriptor stays the caller's.
  Outlet(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  /// Puts the text behind what waits to be written, and writes when that is much.
  void add(std::string_view text);

  /// Writes what waits; blocks while the reader is slow. A reader that has gone raises no SIGPIPE.
  void flush();

  /// Why it could not be written to, as a sentence; empty: it could. What is added from then on is
  /// dropped.
  const std::string& problem() const { return problem_; }

 private:
  bool write_some(std::string_view& text);

  int descriptor_;
  std::string name_;
  std::string waiting_;
  std::string problem_;
};

}  // namespace app
