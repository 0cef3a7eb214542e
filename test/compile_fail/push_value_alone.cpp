// expect: no matching function for call to .*push|no matching member function for call to .push
// [b035] A value is pushed under a name.
#include "farm/farm.hpp"

void use(const farm::DirectView& view) {
#ifdef FARM_CONTROL
  view.push(farm::Name<int>{"number"}, 42);
#else
  view.push(42);
#endif
}
