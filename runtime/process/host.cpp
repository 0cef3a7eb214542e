#include "process/host.hpp"

#include <sched.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace farm::process {

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::string boot_identity() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id.empty() ? host_name() : id;
}

std::string network_identity() {
  std::array<char, 64> name{};
  const bool known = readlink("/proc/self/ns/net", name.data(), name.size() - 1) > 0;
  return boot_identity() + " " + (known ? name.data() : host_name());
}

int cores_allowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

int cores_of_host() {
  const int online = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  const int allowed = cores_allowed();
  // One core: bound by the launcher, as others are to theirs. Several, but not all: a container.
  return allowed > 1 ? allowed : online;
}

int process_id() { return getpid(); }

std::vector<std::string> command() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error && !words.empty()) words.front() = program.string();
  return words;
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace farm::process
