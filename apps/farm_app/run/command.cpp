// farm_app run: commands that are not ours, farmed.
#include <iostream>

#include "farm_app/command_line.hpp"
#include "farm_app/run/dry_run.hpp"
#include "farm_app/run/farmed.hpp"
#include "farm_app/run/jobs.hpp"
#include "farm_app/run/settings.hpp"
#include "farm_app/subcommands.hpp"

namespace app {

namespace {

void print_commands(const RunSettings& settings) {
  Jobs jobs(settings);
  for (Next step = jobs.next(1); step.kind != Next::Kind::end; step = jobs.next(1)) {
    if (step.kind == Next::Kind::job) std::cout << dry_run_text(step.job);
  }
  std::cout.flush();
  if (!std::cout) throw std::runtime_error("the standard output cannot be written");
}

}  // namespace

int run(farm::Client& client, const Arguments& arguments) {
  try {
    const auto settings = read_run_settings(arguments);
    if (!settings) return 0;
    if (settings->dry_run) {
      print_commands(*settings);
      return 0;
    }
    return CommandRun(client, *settings).run();
  } catch (const std::exception& error) {
    std::cerr << "farm_app run: " << error.what();
    if (dynamic_cast<const UsageError*>(&error) != nullptr) std::cerr << " (farm_app run --help)";
    std::cerr << '\n';
    // 1 to 101 say how many commands have failed.
    return other_error;
  }
}

}  // namespace app
