#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace app {

/// Passes on what a command writes to a file, in pieces, as far as it has not been passed on.
class Passing {
 public:
  using Sink = std::function<void(std::string_view)>;

  /// `room` is for pieces: as large as they may be. It and the file must outlive this.
  Passing(int file, std::vector<char>& room, Sink sink)
      : file_(file), room_(&room), sink_(std::move(sink)) {}

  /// Whole lines that are there; of a line that does not fit a piece, what is there.
  void lines();
  /// All of the first `end` bytes of the file.
  void rest(std::uint64_t end);

 private:
  std::string_view read(std::size_t most);
  void pass(std::string_view text);

  int file_;
  std::vector<char>* room_;
  Sink sink_;
  std::uint64_t at_ = 0;
};

}  // namespace app
