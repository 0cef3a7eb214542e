// expect: a value of this type cannot travel
#include "farm/farm.hpp"

void use(const farm::DirectView& view, const double& value) {
#ifdef FARM_CONTROL
  view.push(farm::Name<double>{"value"}, value);
#else
  view.push(farm::Name<const double*>{"value"}, &value);
#endif
}
