#include "policy/speeds.hpp"

#include <algorithm>

namespace farm::policy {

namespace {

constexpr double fading = 0.9;
// One odd chunk must not give everything to an engine or nothing.
constexpr double slowest = 1.0 / 16;
constexpr double fastest = 16;

}  // namespace

void Speeds::measured(std::uint32_t engine, double expected_ns, double run_ns) {
  if (!(expected_ns > 0) || !(run_ns > 0)) return;
  if (engine >= engines_.size()) engines_.resize(engine + 1);
  Engine& one = engines_[engine];
  one.expected = fading * one.expected + expected_ns;
  one.taken = fading * one.taken + run_ns;
  if (one.speed == 0) ++known_;
  sum_ -= one.speed;
  one.speed = std::clamp(one.expected / one.taken, slowest, fastest);
  sum_ += one.speed;
}

double Speeds::now(std::uint32_t engine) const {
  if (engine >= engines_.size() || engines_[engine].speed == 0) return 1;
  return engines_[engine].speed * known_ / sum_;
}

double Speeds::kept(std::uint32_t engine) const {
  return engine < engines_.size() ? engines_[engine].kept : 1;
}

void Speeds::keep() {
  for (std::uint32_t engine = 0; engine < engines_.size(); ++engine) {
    engines_[engine].kept = now(engine);
  }
}

}  // namespace farm::policy
