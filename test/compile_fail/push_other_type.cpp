// expect: a value does not convert to the type of the name
#include "farm/farm.hpp"

void use(const farm::DirectView& view) {
  const farm::Name<std::vector<int>> name{"values"};
#ifdef FARM_CONTROL
  view.push(name, std::vector<int>{3});
#else
  view.push(name, 3);
#endif
}
