// What can be wrong with a job on a cluster.

#include <cmath>
#include <map>
#include <set>

#include "farm_app/hello/cluster.hpp"
#include "farm_app/hello/ranges.hpp"
#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

// File times and logs of hosts can be compared up to this.
constexpr double close_clocks = 1;

std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string plural(const std::vector<int>& numbers, const std::string& what) {
  return what + (numbers.size() == 1 ? " " : "s ") + ranges(numbers);
}

// Several engines that share the same few cores, while the host has others.
void warn_of_binding(const HostGroup& group, bool alone, std::vector<std::string>& found) {
  std::map<std::vector<int>, std::vector<int>> ranks_on;
  for (const Place& place : group.places) {
    if (place.rank == 0 && !alone) continue;
    ranks_on[place.cores].push_back(place.rank);
  }
  for (const auto& [cores, ranks] : ranks_on) {
    const bool all = cores.size() >= static_cast<std::size_t>(group.places.front().cores_of_host);
    if (cores.empty() || all || ranks.size() <= cores.size()) continue;
    found.push_back(group.host + ": " + plural(ranks, "rank") +
                    (ranks.size() == 1 ? " is" : " are") + " bound to " + plural(cores, "core") +
                    " of " + std::to_string(group.places.front().cores_of_host) +
                    ": mpirun --bind-to none, or ask the scheduler for more cores");
  }
}

void warn_of_load(const HostGroup& group, bool alone, std::vector<std::string>& found) {
  const std::size_t engines = group.engines(alone);
  const std::size_t cores = group.cores().size();
  if (cores == 0 || engines <= cores) return;
  found.push_back(group.host + ": oversubscribed, " + counted(engines, "engine") + " on " +
                  counted(cores, "core"));
}

void warn_of_slots(const Cluster& cluster, std::vector<std::string>& found) {
  const Allocation& granted = cluster.allocation;
  const std::size_t size = cluster.size();
  if (granted.slots && static_cast<std::size_t>(*granted.slots) != size) {
    found.push_back(granted.scheduler + " granted " +
                    counted(static_cast<std::size_t>(*granted.slots), "slot") + ", and " +
                    counted(size, "rank") + (size == 1 ? " was" : " were") +
                    " started: leave -n out, and mpirun takes them all");
    return;
  }
  if (granted.host.empty()) return;
  for (const HostGroup& group : cluster.hosts) {
    const auto at = granted.host.find(short_name(group.host));
    const int slots = at == granted.host.end() ? 0 : at->second;
    if (static_cast<std::size_t>(slots) == group.places.size()) continue;
    found.push_back(group.host + ": " + granted.scheduler + " granted " +
                    counted(static_cast<std::size_t>(slots), "slot") + " there, and " +
                    counted(group.places.size(), "rank") + " run");
  }
}

void warn_of_versions(const Cluster& cluster, std::vector<std::string>& found) {
  std::map<std::string, std::vector<int>> ranks_with;
  std::map<std::string, std::set<std::string>> hosts_with;
  for (const HostGroup& group : cluster.hosts) {
    for (const Place& place : group.places) {
      ranks_with[place.mpi].push_back(place.rank);
      hosts_with[place.mpi].insert(group.host);
    }
  }
  if (ranks_with.size() < 2) return;
  std::string text = "several versions of MPI, which may not understand each other:";
  for (const auto& [mpi, ranks] : ranks_with) {
    const std::set<std::string>& hosts = hosts_with[mpi];
    text += (&mpi == &ranks_with.begin()->first ? " " : "; ") + mpi + " on " + *hosts.begin();
    if (hosts.size() > 1) text += " and " + counted(hosts.size() - 1, "other");
    text += " (" + plural(ranks, "rank") + ")";
  }
  found.push_back(text);
}

void warn_of_clock(const HostGroup& group, std::vector<std::string>& found) {
  if (!group.link || std::abs(group.link->clock) < close_clocks) return;
  found.push_back(group.host + ": its clock is " + format_number(std::abs(group.link->clock)) +
                  (group.link->clock > 0 ? " s ahead" : " s behind") +
                  ": file times of hosts cannot be compared");
}

}  // namespace

std::vector<std::string> warnings(const Cluster& cluster) {
  std::vector<std::string> found;
  warn_of_slots(cluster, found);
  warn_of_versions(cluster, found);
  for (const HostGroup& group : cluster.hosts) {
    const std::size_t before = found.size();
    warn_of_binding(group, cluster.alone, found);
    // That is the worse of the two.
    if (found.size() == before) warn_of_load(group, cluster.alone, found);
    warn_of_clock(group, found);
  }
  return found;
}

}  // namespace app
