#include "farm_app/hello/measure.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace app {

namespace hello_kernels {

Place place(farm::Engine& here, int) { return look_around(here.id().rank()); }

// ns since 1970.
double civil_time(int) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::nanoseconds(now).count());
}

std::size_t swallow(const std::vector<char>& bytes) { return bytes.size(); }

}  // namespace hello_kernels

namespace {

constexpr int most_trips = 50;
constexpr std::size_t load = std::size_t{4} << 20;

double seconds_now() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

// The fastest of many trips says the most: on it the engine's clock was read in the middle.
Link measure(const farm::EngineView& engine, double seconds) {
  const double end = seconds_now() + seconds;
  Link link;
  link.round_trip = 1e9;
  for (int i = 0; i < most_trips && (i < 3 || seconds_now() < end); ++i) {
    const double civil = hello_kernels::civil_time(0);
    const double begin = seconds_now();
    const double there = engine.apply(farm::kernel<&hello_kernels::civil_time>, 0).get();
    const double trip = seconds_now() - begin;
    if (trip >= link.round_trip) continue;
    link.round_trip = trip;
    link.clock = (there - civil) * 1e-9 - trip / 2;
  }
  const std::vector<char> bytes(load, 'x');
  double fastest = 1e9;
  for (int i = 0; i < 3 && (i == 0 || seconds_now() < end); ++i) {
    const double begin = seconds_now();
    engine.apply(farm::kernel<&hello_kernels::swallow>, bytes).get();
    fastest = std::min(fastest, seconds_now() - begin);
  }
  link.bandwidth = static_cast<double>(load) / fastest;
  return link;
}

}  // namespace

Cluster look_at_cluster(farm::Client& client, double seconds) {
  Cluster cluster;
  cluster.allocation = read_allocation();
  cluster.alone = client.size() == 1 && client.ids().front() == client.hub().id;
  std::vector<Place> places{look_around(client.hub().id.rank())};
  if (!cluster.alone) {
    const auto there = client.direct().apply(farm::kernel<&hello_kernels::place>, 0).get();
    places.insert(places.end(), there.begin(), there.end());
  }
  cluster.hosts = by_host(places);
  if (seconds <= 0) return cluster;
  const double each = seconds / static_cast<double>(cluster.hosts.size());
  for (HostGroup& group : cluster.hosts) {
    const int rank = group.places.back().rank;
    if (rank != 0 || cluster.alone) group.link = measure(client[rank], each);
  }
  return cluster;
}

}  // namespace app
