// expect: does not convert to the kernel|cannot be called with these arguments
#include "farm/farm.hpp"

double twice(double x) { return 2 * x; }

void use(const farm::DirectView& view) {
#ifdef FARM_CONTROL
  view.apply(farm::kernel<&twice>, farm::Name<double>{"x"});
#else
  view.apply(farm::kernel<&twice>, farm::Name<std::vector<double>>{"x"});
#endif
}
