// expect: a class without serialize\(\)
#include "farm/farm.hpp"

class Mesh {
 public:
  std::vector<double> points;

#ifdef FARM_CONTROL
  template <class Archive>
  void serialize(Archive& archive, unsigned int) {
    archive& points;
  }
#endif
};
double measure(const Mesh& mesh) { return static_cast<double>(mesh.points.size()); }

auto use(const farm::LoadBalancedView& tasks) {
  return tasks.apply(farm::kernel<&measure>, Mesh());
}
