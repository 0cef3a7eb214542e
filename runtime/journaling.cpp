#include "journaling.hpp"

#include <iostream>
#include <utility>

namespace farm {

namespace {

constexpr int usage_status = 2;

}  // namespace

std::unique_ptr<records::Journal> open_journal(const Settings& settings,
                                               const std::vector<Boot>& boots, Verdict& verdict) {
  if (settings.journal.empty()) return nullptr;
  records::JournalSetup setup;
  setup.file = settings.journal;
  setup.force = settings.journal_force;
  setup.seed = settings.seed;
  setup.program = settings.arguments.empty() ? "" : settings.arguments.front();
  setup.program.erase(0, setup.program.rfind('/') + 1);
  setup.hub = boots.front().info;
  for (const Boot& boot : boots) setup.engines.push_back(boot.info);
  if (boots.size() > 1) setup.engines.erase(setup.engines.begin());
  setup.say = [](const std::string& line) { std::cerr << "farm: " + line + '\n' << std::flush; };
  try {
    return std::make_unique<records::Journal>(std::move(setup));
  } catch (const JournalError& error) {
    std::cerr << "farm: " << error.what() << '\n';
    verdict.go = false;
    verdict.status = usage_status;
    return nullptr;
  }
}

}  // namespace farm
