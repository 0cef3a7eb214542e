#include "farm_app/tenacity/doom.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include "farm_app/tenacity/diary.hpp"
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

void arm_rank(int rank, double seconds, int signal, const std::string& log) {
  armed = true;
  std::thread([=] {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    if (!armed) return;
    note(log, {"dies", -1, 0, rank});
    ::kill(::getpid(), signal);
  }).detach();
}

}  // namespace

void arm(farm::Engine& here, double seconds, int signal, const std::string& log) {
  arm_rank(here.id().rank(), seconds, signal, log);
}

void arm_hub(double seconds, const std::string& log) { arm_rank(0, seconds, SIGKILL, log); }

void disarm() { armed = false; }

}  // namespace tenacity_kernels

}  // namespace app
