#include "farm_app/run/given_up.hpp"

#include <algorithm>
#include <chrono>

namespace app {

namespace {

double civil(farm::Time time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

Ending given_up(std::uint64_t seq, const SlottedText& command, const farm::TaskInfo& info,
                const std::string& reason, double now) {
  Ending ending;
  ending.seq = seq;
  ending.command = command.with(info.engine.rank());
  ending.host = info.host;
  ending.engine = info.engine.rank();
  ending.attempt = info.attempt;
  ending.cause = Cause::not_started;
  ending.status = 255;
  ending.problem = reason;
  const double end = info.completed  ? civil(*info.completed)
                     : info.received ? civil(*info.received)
                                     : now;
  ending.start = info.started ? civil(*info.started) : end;
  if (info.started) ending.seconds = std::max(0.0, end - ending.start);
  return ending;
}

}  // namespace app
