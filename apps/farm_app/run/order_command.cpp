#include "farm_app/run/order_command.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "farm_app/run/gpus.hpp"
#include "farm_app/run/plain_words.hpp"

namespace app {

namespace {

// The kernel takes 128 KiB, with the byte that ends it.
constexpr std::size_t longest_argument = (std::size_t{128} << 10) - 1;

// A shell would find a function there, or read a file first.
bool bash_interferes(const Terms& terms, const std::string& program) {
  const bool bash = std::filesystem::path(terms.shell).filename() == "bash";
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody changes the environment.
  return bash && (std::getenv("BASH_ENV") != nullptr ||
                  std::getenv(("BASH_FUNC_" + program + "%%").c_str()) != nullptr);
  // NOLINTEND(concurrency-mt-unsafe)
}

void set_words(KeptCommand& kept, const Terms& terms, const std::string& command) {
  const auto fits = [](const std::string& word) { return word.size() < longest_argument; };
  if (auto words = plain_words(command); words && std::ranges::all_of(*words, fits)) {
    kept.words = std::move(*words);
    if (!bash_interferes(terms, kept.words.front())) return;
  }
  kept.words = {terms.shell};
  if (!fits(command)) {
    kept.script = command;
    return;
  }
  kept.words.emplace_back("-c");
  kept.words.push_back(command);
}

void set_variables(KeptCommand& kept, const Terms& terms, const Order& order,
                   const CommandPlace& place) {
  kept.variables = {{"FARM_TASK", std::to_string(place.task)},
                    {"FARM_SEQ", std::to_string(order.seq)},
                    {"FARM_SLOT", std::to_string(place.slot())},
                    {"FARM_ENGINE", std::to_string(place.engine)},
                    {"FARM_ATTEMPT", std::to_string(place.attempt)},
                    {"FARM_CORES", std::to_string(terms.cores)},
                    {"PARALLEL_SEQ", std::to_string(order.seq)},
                    {"PARALLEL_JOBSLOT", std::to_string(place.slot())}};
  for (const auto& [engine, gpus] : terms.gpus) {
    if (engine != place.engine) continue;
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
    kept.variables.emplace_back("CUDA_VISIBLE_DEVICES", visible_gpus(gpus, visible));
  }
  const auto add = [&kept](const auto& more) {
    kept.variables.insert(kept.variables.end(), more.begin(), more.end());
  };
  add(terms.environment);
  add(order.environment);
  const auto by_disbatch = [](const auto& variable) { return variable.first == "DISBATCH_JOBID"; };
  if (std::ranges::any_of(order.environment, by_disbatch)) {
    kept.variables.emplace_back("DISBATCH_ENGINE_RANK", std::to_string(place.engine));
  }
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) throw std::system_error(errno, std::generic_category(), path.string());
}

}  // namespace

KeptCommand kept_command(const Terms& terms, const Order& order, const CommandPlace& place) {
  KeptCommand kept;
  set_words(kept, terms, order.command.with(place.slot()));
  set_variables(kept, terms, order, place);
  kept.nice = terms.nice;
  return kept;
}

std::string prepare_directory(const Terms& terms, const Order& order) {
  std::filesystem::path directory = terms.directory;
  if (!terms.task_directory.empty()) {
    directory /= std::filesystem::path(terms.task_directory) / std::to_string(order.seq);
    std::filesystem::create_directories(directory);
  }
  for (const auto& [path, text] : order.files) write_file(directory / path, text);
  return directory.string();
}

}  // namespace app
