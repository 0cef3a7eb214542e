// expect: does not combine two values of this type
#include <string>

#include "farm/farm.hpp"

void use(const farm::DirectView& view) {
#ifdef FARM_CONTROL
  view.reduce(farm::Name<std::string>{"text"}, std::plus<>());
#else
  view.reduce(farm::Name<std::string>{"text"}, std::multiplies<>());
#endif
}
