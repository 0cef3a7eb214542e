// expect: a value of this type cannot travel
#include "farm/farm.hpp"

void use(const farm::DirectView& view, const std::vector<int>& values) {
#ifdef FARM_CONTROL
  view.scatter(farm::Name<std::vector<int>>{"part"}, values);
#else
  const std::vector<const int*> pointers{&values.front()};
  view.scatter(farm::Name<std::vector<const int*>>{"part"}, pointers);
#endif
}
