// expect: a value does not convert to the type of the name
#include <string>

#include "farm/farm.hpp"

void use(const farm::DirectView& view, const std::vector<std::string>& texts) {
#ifdef FARM_CONTROL
  view.scatter(farm::Name<std::vector<std::string>>{"texts"}, texts);
#else
  view.scatter(farm::Name<std::vector<int>>{"numbers"}, texts);
#endif
}
