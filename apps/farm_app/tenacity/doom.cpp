#include "farm_app/tenacity/doom.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "farm_app/tenacity/draws.hpp"

namespace app {

std::vector<Doom> draw_dooms(std::uint64_t seed, std::vector<farm::EngineId> engines,
                             std::size_t kills, std::size_t freezes, double span) {
  std::vector<Doom> dooms;
  std::uint64_t position = 0;
  // Another stream than the one of the tasks.
  const std::uint64_t stream = ~seed;
  for (std::size_t i = 0; i < kills + freezes; ++i) {
    const std::size_t left = engines.size() - i;
    std::swap(engines[i], engines[i + draw(stream, position++) % left]);
    const double moment = (0.05 + 0.75 * draw_share(stream, position++)) * span;
    dooms.push_back({engines[i], moment, i >= kills});
  }
  std::sort(dooms.begin(), dooms.end(),
            [](const Doom& a, const Doom& b) { return a.seconds < b.seconds; });
  return dooms;
}

namespace tenacity_kernels {

namespace {

std::atomic<bool> armed{false};

}  // namespace

void arm(double seconds, int signal) {
  armed = true;
  std::thread([seconds, signal] {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    if (armed) ::kill(::getpid(), signal);
  }).detach();
}

void disarm() { armed = false; }

}  // namespace tenacity_kernels

}  // namespace app
