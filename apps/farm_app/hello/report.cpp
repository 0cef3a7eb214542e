#include "farm_app/hello/report.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "farm_app/hello/ranges.hpp"
#include "farm_app/numbers/format.hpp"

namespace app {

namespace {

using Row = std::vector<std::string>;

// Columns as wide as they must be; the first `left` and the last are flush left.
std::string table(const std::vector<Row>& rows, std::size_t left) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool begins = i < left || i + 1 == row.size();
      line += (i == 0 ? "" : "  ") +
              (begins ? pad_right(row[i], widths[i]) : pad_left(row[i], widths[i]));
    }
    text += line.erase(line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

// "0-7", or "0-7 (of 16)"
std::string cores_text(const std::vector<int>& cores, int all) {
  const std::string text = ranges(cores);
  return static_cast<int>(cores.size()) == all ? text : text + " (of " + std::to_string(all) + ")";
}

// What each rank of the host may use of the cores that they have together.
std::string binding(const HostGroup& group) {
  std::size_t least = group.places.front().cores.size();
  std::size_t most = least;
  for (const Place& place : group.places) {
    least = std::min(least, place.cores.size());
    most = std::max(most, place.cores.size());
  }
  if (least == group.cores().size()) {
    const bool all = static_cast<int>(least) == group.places.front().cores_of_host;
    return all ? "none" : "all the same";
  }
  return (least == most ? "" : std::to_string(least) + " to ") + std::to_string(most) +
         (most == 1 ? " core each" : " cores each");
}

std::string slots_text(const Cluster& cluster, const HostGroup& group) {
  const auto at = cluster.allocation.host.find(short_name(group.host));
  return at == cluster.allocation.host.end() ? "-" : std::to_string(at->second);
}

std::vector<Row> host_rows(const Cluster& cluster) {
  std::vector<Row> rows{{"host", "ranks", "cores", "binding", "slots", "round trip", "bandwidth",
                         "clock", "can use"}};
  for (const HostGroup& group : cluster.hosts) {
    Row row{group.host, ranges(group.ranks()),
            cores_text(group.cores(), group.places.front().cores_of_host), binding(group),
            slots_text(cluster, group)};
    if (group.link) {
      row.push_back(format_seconds(group.link->round_trip));
      row.push_back(format_count(group.link->bandwidth) + "B/s");
      row.push_back((group.link->clock < 0 ? '-' : '+') +
                    format_seconds(std::abs(group.link->clock)));
    } else {
      row.insert(row.end(), 3, "-");
    }
    const std::string& transport = group.places.back().transport;
    row.push_back(transport.empty() ? "-" : transport);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Row> rank_rows(const Cluster& cluster) {
  std::vector<std::pair<int, Row>> sorted;
  for (const HostGroup& group : cluster.hosts) {
    for (const Place& place : group.places) {
      const bool hub = place.rank == 0;
      sorted.emplace_back(
          place.rank, Row{std::to_string(place.rank),
                          hub ? (cluster.alone ? "hub and engine" : "hub") : "engine", place.host,
                          place.local_rank < 0 ? "-" : std::to_string(place.local_rank),
                          std::to_string(place.pid), cores_text(place.cores, place.cores_of_host)});
    }
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<Row> rows{{"rank", "role", "host", "local rank", "pid", "cores"}};
  for (auto& [rank, row] : sorted) rows.push_back(std::move(row));
  return rows;
}

}  // namespace

std::string report(const Cluster& cluster, bool ranks) {
  std::ostringstream text;
  if (ranks) text << table(rank_rows(cluster), 3) << '\n';
  text << table(host_rows(cluster), 4) << '\n';
  const std::size_t hosts = cluster.hosts.size();
  text << cluster.size() << (cluster.size() == 1 ? " rank on " : " ranks on ") << hosts
       << (hosts == 1 ? " host, " : " hosts, ") << cluster.hosts.front().places.front().mpi << '\n';
  const Allocation& granted = cluster.allocation;
  if (granted.scheduler.empty()) {
    text << "no scheduler\n";
  } else {
    text << granted.scheduler << " job " << granted.job << ": "
         << (granted.slots ? std::to_string(*granted.slots) : "an unknown number of")
         << " slots granted\n";
  }
  const std::vector<std::string> wrong = warnings(cluster);
  for (const std::string& one : wrong) text << "warning: " << one << '\n';
  return text.str();
}

}  // namespace app
