// expect: apply_into needs a kernel without bound arguments
#include "farm/farm.hpp"

int add(int a, int b) { return a + b; }

void use(const farm::DirectView& view) {
  const farm::Name<int> sum{"sum"};
#ifdef FARM_CONTROL
  view.apply_into(sum, farm::kernel<&add>, 1, 2);
#else
  view.apply_into(sum, farm::bind(farm::kernel<&add>, 1), 2);
#endif
}
