#pragma once
// Which ranks of farm_app tenacity die, and when.

#include <cstdint>
#include <farm/farm.hpp>
#include <string>
#include <vector>

namespace app {

struct Doom {
  farm::EngineId engine;
  double seconds = 0;   ///< after the start of the work
  bool freeze = false;  ///< SIGSTOP instead of SIGKILL
};

/// `kills` engines that die and `freezes` others that freeze, at random moments in the first four
/// fifths of a run of `span` seconds, by time. There must be as many engines.
std::vector<Doom> draw_dooms(std::uint64_t seed, std::vector<farm::EngineId> engines,
                             std::size_t kills, std::size_t freezes, double span);

namespace tenacity_kernels {

/// This process gets the signal after so many seconds, in the middle of whatever it does then, and
/// says so in the diary.
void arm(farm::Engine& here, double seconds, int signal, const std::string& log);
/// The same for this process, which is rank 0.
void arm_hub(double seconds, const std::string& log);
/// No longer.
void disarm();

}  // namespace tenacity_kernels

}  // namespace app
