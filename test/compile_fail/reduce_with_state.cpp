// expect: this operation has state
#include "farm/farm.hpp"

auto use(const farm::DirectView& view, double weight) {
  const farm::Name<double> sum{"sum"};
#ifdef FARM_CONTROL
  static_cast<void>(weight);
  return view.reduce(sum, [](double a, double b) { return a + b; }).get();
#else
  view.reduce(sum, [weight](double a, double b) { return a + weight * b; });
#endif
}
