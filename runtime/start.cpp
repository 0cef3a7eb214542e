#include "start.hpp"

#include <chrono>
#include <iostream>
#include <system_error>

#include "farm/payload.hpp"
#include "process/host.hpp"
#include "process/launcher.hpp"
#include "process/report.hpp"
#include "time/clock.hpp"

namespace farm {

namespace {

constexpr int usage_status = 2;

Verdict leave(int status) {
  Verdict verdict;
  verdict.status = status;
  return verdict;
}

}  // namespace

Start prepare(int argc, const char* const* argv) {
  Start start;
  start.begin = time::Clock::now();
  start.launched = process::launched_rank().has_value();
  start.report = process::LauncherReport::Place::take();
  start.unfinished = process::take_variable("FARM_UNFINISHED");
  try {
    start.settings = read_settings(argc, argv);
    start.channels = std::make_unique<Channels>();
    if (start.settings.output != Output::through) {
      start.channels->pipe = std::make_unique<process::OutputPipe>();
    }
  } catch (const SettingsError& error) {
    start.settings_error = error.what();
  } catch (const std::system_error& error) {
    start.settings_error = error.what();
  }
  try {
    start.registry.emplace();
  } catch (const Error& error) {
    start.registry_error = error.what();
  }
  return start;
}

TimeLimit time_limit(const Start& start) {
  const Settings& settings = start.settings;
  std::optional<std::int64_t> limit = settings.time_limit_ns;
  if (!limit) {
    const Time now = time::Clock().civil(time::Clock::now());
    limit = scheduled_limit(now.time_since_epoch() / std::chrono::seconds(1));
  }
  if (limit == 0) limit.reset();
  const TimeLimit made = make_time_limit(start.begin, limit, settings.time_margin_ns);
  if (made.margin_cut && settings.log >= LogLevel::warning) {
    std::cerr << "farm: the time margin is not shorter than the time limit, so nothing would ever "
                 "run: it is cut to half of the limit\n";
  }
  return made;
}

Boot describe(int rank, const Start& start) {
  Boot boot;
  boot.info = {rank, process::host_name(), process::cores_allowed(), process::process_id(),
               start.settings.labels};
  boot.clock = process::boot_identity();
  boot.network = process::network_identity();
  // Ranks may be given different options, so each checks its own.
  boot.error = start.registry_error.empty() ? start.settings_error : start.registry_error;
  if (start.registry) {
    boot.fingerprint = start.registry->fingerprint();
    boot.kernels = start.registry->size();
  }
  return boot;
}

std::string encode(const Verdict& verdict) {
  Buffer buffer;
  Writer writer(buffer);
  pack(writer, verdict.go);
  pack(writer, verdict.status);
  pack(writer, verdict.seed);
  pack(writer, verdict.listener);
  pack(writer, verdict.grace_ns);
  pack(writer, verdict.silence_ns);
  pack(writer, verdict.output);
  pack(writer, verdict.invitation);
  pack(writer, verdict.engines);
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

Verdict decode_verdict(const std::string& text) {
  Reader reader(std::as_bytes(std::span(text)));
  Verdict verdict;
  verdict.go = unpack<bool>(reader);
  verdict.status = unpack<int>(reader);
  verdict.seed = unpack<std::uint64_t>(reader);
  verdict.listener = unpack<bool>(reader);
  verdict.grace_ns = unpack<std::int64_t>(reader);
  verdict.silence_ns = unpack<std::int64_t>(reader);
  verdict.output = unpack<Output>(reader);
  verdict.invitation = unpack<std::string>(reader);
  verdict.engines = unpack<int>(reader);
  return verdict;
}

Verdict decide(const Start& start, const std::vector<Boot>& boots) {
  if (!start.settings_error.empty()) {
    std::cerr << "farm: " << start.settings_error << '\n';
    return leave(usage_status);
  }
  const Settings& settings = start.settings;
  if (settings.help || settings.version) {
    std::cout << (settings.help ? settings_help() : "farm " FARM_VERSION "\n") << std::flush;
    return leave(0);
  }
  if (const std::string problem = check(boots); !problem.empty()) {
    std::cerr << "farm: " << problem << '\n';
    return leave(usage_status);
  }
  Verdict verdict;
  verdict.go = true;
  verdict.seed = settings.seed;
  verdict.listener = settings.listener_thread;
  verdict.grace_ns = settings.grace_ns;
  verdict.silence_ns = settings.silence_ns;
  verdict.output = settings.output;
  verdict.engines = static_cast<int>(boots.size()) - 1;
  return verdict;
}

}  // namespace farm
