#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "farm/detail/publication.hpp"
#include "farm/types.hpp"
#include "wire/frames.hpp"

namespace farm::engine {

/// What the running tasks publish, on its way to the hub: the last value of each name, at most one
/// frame per task in 10 ms, and the final ones before the task's chunk is answered.
class Publisher {
 public:
  /// Sends a frame; `header.turn` is for it to fill in.
  using Send = std::function<void(wire::Publish header, const detail::Publication& what)>;

  explicit Publisher(Send send) : send_(std::move(send)) {}

  /// A chunk begins, on top of the one that runs; its end sends what has not been sent. Returns
  /// whether it has published anything.
  void begin_chunk() { ++depth_; }
  bool end_chunk() {
    const bool published = !chunks_.empty() && chunks_.back().depth == depth_;
    if (published) close();
    --depth_;
    return published;
  }

  /// Throws std::length_error if the value is too large.
  void publish(TaskId task, int attempt, detail::Publication&& what, std::int64_t now);
  /// Whether something has not been sent.
  bool due() const;
  /// Sends what has waited for long enough.
  void look(std::int64_t now);

 private:
  static constexpr std::int64_t every_ns = 10'000'000;
  static constexpr std::size_t most_bytes = std::size_t{16} << 20;

  struct Value {
    detail::Publication what;
    std::uint64_t version = 0;
    bool sent = false;
  };
  // One whose tasks have published, and the last of them.
  struct Chunk {
    int depth = 0;
    bool due = false;  // something has not been sent
    TaskId task{};
    std::uint16_t attempt = 1;
    std::uint64_t version = 0;
    std::int64_t sent_at = 0;
    std::vector<Value> values;
  };

  void send(Chunk& chunk);
  void close();

  Send send_;
  int depth_ = 0;              // chunks that run
  std::vector<Chunk> chunks_;  // by depth
};

}  // namespace farm::engine
