// expect: this is no kernel
// [b019] What cannot be called is refused where the call is written.
#include "farm/farm.hpp"

void use(const farm::DirectView& view) {
#ifdef FARM_CONTROL
  view.apply([] { return 42; });
#else
  view.apply(42);
#endif
}
