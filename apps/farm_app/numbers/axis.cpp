#include "farm_app/numbers/axis.hpp"

#include <cmath>

namespace app {

std::vector<double> linear_ticks(double largest, int count) {
  if (!(largest > 0)) return {0};
  const double rough = largest / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digit = rough / power;
  const double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  std::vector<double> ticks;
  for (int i = 0; i * step <= largest * (1 + 1e-9); ++i) ticks.push_back(i * step);
  return ticks;
}

std::vector<double> logarithmic_ticks(double low, double high) {
  const double decades = std::log10(high / low);
  std::vector<double> ticks;
  for (int power = static_cast<int>(std::floor(std::log10(low))); power <= std::log10(high);
       ++power) {
    for (const int digit : {1, 2, 5}) {
      if (digit != 1 && decades > 3) continue;
      const double tick = digit * std::pow(10.0, power);
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push_back(tick);
    }
  }
  return ticks;
}

}  // namespace app
