#include "farm_app/run/processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "farm_app/run/descriptor.hpp"

namespace app {

namespace {

struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';
  std::uint64_t pages = 0;
};

// The beginning of a file under /proc; empty if it is gone.
std::string read_text(const std::string& file) {
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> text;
  const ssize_t size = ::read(descriptor.get(), text.data(), text.size());
  return {text.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
}

std::optional<Process> process_of(pid_t pid) {
  const std::string text = read_text("/proc/" + std::to_string(pid) + "/stat");
  // The name in parentheses may hold anything.
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(end + 1));
  Process process{pid};
  std::string skipped;
  fields >> process.state >> process.parent >> process.group >> process.session;
  for (int field = 7; field < 24; ++field) fields >> skipped;
  std::int64_t pages = 0;
  if (!(fields >> pages)) return std::nullopt;
  process.pages = pages > 0 ? static_cast<std::uint64_t>(pages) : 0;
  return process;
}

std::vector<Process> all_processes() {
  std::vector<Process> all;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc"), closedir);
  if (!folder) return all;
  while (const dirent* entry = readdir(folder.get())) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    if (const std::optional<Process> process = process_of(pid)) all.push_back(*process);
  }
  return all;
}

}  // namespace

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const Process& process : all_processes()) {
    if (process.parent == parent) children.push_back(process.pid);
  }
  return children;
}

std::vector<std::pair<pid_t, pid_t>> living_processes() {
  std::vector<std::pair<pid_t, pid_t>> living;
  for (const Process& process : all_processes()) {
    const bool ended = process.state == 'Z' || process.state == 'X';
    if (!ended) living.emplace_back(process.pid, process.session);
  }
  return living;
}

std::uint64_t resident_bytes(pid_t command) {
  const std::vector<Process> all = all_processes();
  std::set<pid_t> counted;
  std::uint64_t pages = 0;
  // Until no process is found any more: a child may have a lower number than its parent.
  for (bool found = true; found;) {
    found = false;
    for (const Process& process : all) {
      if (process.group != command && process.pid != command && !counted.contains(process.parent)) {
        continue;
      }
      if (!counted.insert(process.pid).second) continue;
      pages += process.pages;
      found = true;
    }
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace app
