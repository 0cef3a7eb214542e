// The engines of a group as runs of equal steps: all engines, a block or a stride are one run, so
// that the frame that names ten thousand of them is a few bytes long.

#include <array>
#include <cstring>

#include "wire/frames.hpp"

namespace farm::wire {

namespace {

using Run = std::array<std::int32_t, 3>;  // first, step, count

}  // namespace

void encode_ranks(Buffer& frame, std::span<const int> ranks) {
  for (std::size_t i = 0; i < ranks.size();) {
    Run run{ranks[i], 0, 1};
    if (i + 1 < ranks.size()) run[1] = ranks[i + 1] - ranks[i];
    std::size_t next = i + 1;
    while (next < ranks.size() && ranks[next] - ranks[next - 1] == run[1]) ++next;
    run[2] = static_cast<std::int32_t>(next - i);
    frame.append(run.data(), sizeof run);
    i = next;
  }
}

std::vector<int> decode_ranks(std::span<const std::byte> body, std::size_t most) {
  std::vector<int> ranks;
  for (; body.size() >= sizeof(Run); body = body.subspan(sizeof(Run))) {
    Run run{};
    std::memcpy(run.data(), body.data(), sizeof run);
    const std::int64_t last = run[0] + std::int64_t{run[1]} * (run[2] - 1);
    const auto fits = [most](std::int64_t rank) {
      return rank >= 0 && rank <= static_cast<std::int64_t>(most);
    };
    if (run[2] < 1 || !fits(run[0]) || !fits(last) ||
        static_cast<std::size_t>(run[2]) > most - ranks.size()) {
      throw FrameError("a group names ranks that do not exist");
    }
    for (std::int32_t k = 0; k < run[2]; ++k) ranks.push_back(run[0] + run[1] * k);
  }
  if (!body.empty() || ranks.empty()) throw FrameError("a group's ranks are cut off");
  return ranks;
}

}  // namespace farm::wire
