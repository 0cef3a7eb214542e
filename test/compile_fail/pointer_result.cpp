// expect: the kernel's result cannot travel
#include "farm/farm.hpp"

#ifdef FARM_CONTROL
std::vector<int> table(int n) { return std::vector<int>(static_cast<std::size_t>(n)); }
#else
int* table(int n) { return new int[static_cast<std::size_t>(n)]; }
#endif

auto use(const farm::LoadBalancedView& tasks) { return tasks.apply(farm::kernel<&table>, 3); }
