#include "farm_app/hello/cluster.hpp"

#include <algorithm>
#include <set>

namespace app {

std::vector<int> HostGroup::ranks() const {
  std::vector<int> ranks;
  for (const Place& place : places) ranks.push_back(place.rank);
  return ranks;
}

std::vector<int> HostGroup::cores() const {
  std::set<int> cores;
  for (const Place& place : places) cores.insert(place.cores.begin(), place.cores.end());
  return {cores.begin(), cores.end()};
}

std::size_t HostGroup::engines(bool alone) const {
  const bool hub =
      std::any_of(places.begin(), places.end(), [](const Place& place) { return place.rank == 0; });
  return places.size() - (hub && !alone ? 1 : 0);
}

std::vector<HostGroup> by_host(const std::vector<Place>& places) {
  std::vector<HostGroup> hosts;
  for (const Place& place : places) {
    auto at = std::find_if(hosts.begin(), hosts.end(),
                           [&](const HostGroup& group) { return group.host == place.host; });
    if (at == hosts.end()) {
      hosts.push_back({place.host, {}, {}});
      at = hosts.end() - 1;
    }
    at->places.push_back(place);
  }
  for (HostGroup& group : hosts) {
    std::sort(group.places.begin(), group.places.end(),
              [](const Place& a, const Place& b) { return a.rank < b.rank; });
  }
  return hosts;
}

std::size_t Cluster::size() const {
  std::size_t size = 0;
  for (const HostGroup& group : hosts) size += group.places.size();
  return size;
}

}  // namespace app
