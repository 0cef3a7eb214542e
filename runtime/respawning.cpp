#include "respawning.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iostream>
#include <string_view>
#include <utility>

#include "client/labels.hpp"

namespace farm {

namespace {

constexpr std::string_view spawned_as = "--farm-spawned-as=";

}  // namespace

std::optional<int> take_spawned_id(int& argc, char** argv) {
  if (argc < 2) return std::nullopt;
  const std::string_view last = argv[argc - 1];
  int id = 0;
  if (!last.starts_with(spawned_as)) return std::nullopt;
  const std::string_view number = last.substr(spawned_as.size());
  std::from_chars(number.data(), number.data() + number.size(), id);
  argv[--argc] = nullptr;
  return id;
}

Respawner::Respawner(const transport::MpiWorld& world, transport::Joint& transport, HubLife& life,
                     const Settings& settings, const std::vector<Boot>& boots, Verdict verdict,
                     std::vector<std::string> command)
    : world_(&world),
      transport_(&transport),
      life_(&life),
      settings_(&settings),
      hub_(boots.front()),
      one_host_(std::ranges::all_of(
          boots, [&](const Boot& boot) { return boot.info.host == boots.front().info.host; })),
      verdict_(std::move(verdict)),
      command_(std::move(command)) {
  if (!transport::MpiWorld::can_spawn()) obstacle_ = "that is done under Open MPI only";
}

std::optional<hub::Member> Respawner::replace(const process::Death& death) {
  if (obstacle_.empty() && !death.ended) {
    obstacle_ = "nobody saw the process of engine " + std::to_string(death.rank) +
                " end, and if its host has gone the attempt would end the job";
  }
  if (!obstacle_.empty()) {
    refuse(death.rank, obstacle_);
    return std::nullopt;
  }
  if (started_ == settings_->respawn) {
    refuse(death.rank, "all of --farm-respawn " + std::to_string(started_) + " have been started");
    return std::nullopt;
  }
  try {
    return start(life_->engine(death.rank));
  } catch (const std::exception& error) {
    obstacle_ = error.what();
    refuse(death.rank, obstacle_);
    return std::nullopt;
  }
}

std::optional<hub::Member> Respawner::start(EngineInfo dead) {
  const EngineId id = world_->size() + started_;
  const std::string place = std::to_string(std::exchange(dead.id, id).rank());
  life_->expect(dead);
  std::vector<std::string> command = command_;
  command.push_back(std::string(spawned_as) + std::to_string(id.rank()));
  pairs_.push_back(world_->spawn(command, one_host_ ? "" : dead.host));
  const transport::MpiWorld& pair = *pairs_.back();
  ++started_;
  // The same talk as at the start of the job, between two.
  Boot boot = decode_boot(pair.gather("").at(1));
  Verdict verdict = verdict_;
  const std::string problem = check({hub_, boot});
  verdict.go = problem.empty();
  verdict.engines = id.rank();
  pair.broadcast(encode(verdict));
  if (!verdict.go) throw std::runtime_error(problem);
  const std::string trouble = pair.gather("").at(1);
  if (settings_->log >= LogLevel::warning) {
    std::cerr << "farm: engine " + std::to_string(id.rank()) + " (" + boot.info.host +
                     ") is started in place of engine " + place +
                     (trouble.empty() ? "" : "; its death would end the job: " + trouble) + "\n"
              << std::flush;
  }
  boot.info.labels[respawned_label] = 1;
  return hub::Member{boot.info, transport_->add(pair.transport()), boot.clock == hub_.clock};
}

void Respawner::refuse(int rank, const std::string& why) const {
  if (settings_->log < LogLevel::warning) return;
  std::cerr << "farm: no engine is started in place of engine " + std::to_string(rank) + ": " +
                   why + "\n"
            << std::flush;
}

}  // namespace farm
