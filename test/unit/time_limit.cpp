#include "time_limit.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

using farm::make_time_limit;
using farm::read_duration;

namespace {

constexpr std::int64_t s = 1'000'000'000;

}  // namespace

TEST_CASE("a duration is read as schedulers write it", "[unit][settings]") {
  CHECK(read_duration("90") == 90 * s);
  CHECK(read_duration("1.5") == 3 * s / 2);
  CHECK(read_duration("30:00") == 1800 * s);
  CHECK(read_duration("2:30:01") == 9001 * s);
  CHECK(read_duration("1-12:00:00") == 129'600 * s);
  CHECK(read_duration("2-0") == 172'800 * s);
  CHECK(read_duration("1-06:30") == (86'400 + 23'400) * s);
  for (const char* wrong : {"", "x", "-1", "1h", "1:", ":1", "1:2:3:4", "1e3", "--1", "1-"}) {
    INFO(wrong);
    CHECK_FALSE(read_duration(wrong));
  }
}

TEST_CASE("the margin suits the limit", "[unit][settings]") {
  const auto day = make_time_limit(7 * s, 86'400 * s, {});
  CHECK(day.drain_at == (7 + 86'400 - 300) * s);
  CHECK(day.end_at == (7 + 86'400 - 10) * s);
  const auto hour = make_time_limit(0, 3600 * s, {});
  CHECK(hour.drain_at == (3600 - 180) * s);
  const auto short_one = make_time_limit(0, 20 * s, {});
  CHECK(short_one.drain_at == 15 * s);
  CHECK(short_one.end_at == 18 * s);
  const auto tiny = make_time_limit(0, 4 * s, {});
  CHECK(tiny.drain_at == 2 * s);
  CHECK(tiny.end_at == 3 * s);
  const auto wished = make_time_limit(0, 100 * s, 40 * s);
  CHECK(wished.drain_at == 60 * s);
  CHECK(wished.end_at == 90 * s);
  CHECK(wished.patience_ns == 40 * s);
  CHECK_FALSE(wished.margin_cut);
  const auto cut = make_time_limit(5 * s, 10 * s, 40 * s);
  CHECK(cut.margin_cut);
  CHECK(cut.drain_at == 10 * s);
  CHECK(cut.end_at == 13 * s);
  CHECK(make_time_limit(0, 10 * s, 10 * s).drain_at == 5 * s);
  CHECK_FALSE(make_time_limit(0, {}, 3 * s).set());
  CHECK(make_time_limit(0, {}, 3 * s).patience_ns == 3 * s);
}

TEST_CASE("the scheduler's variables say how long a job may run", "[unit][settings]") {
  unsetenv("SLURM_JOB_END_TIME");
  unsetenv("PBS_WALLTIME");
  CHECK_FALSE(farm::scheduled_limit(1000));
  setenv("PBS_WALLTIME", "1:00:00", 1);
  CHECK(farm::scheduled_limit(1000) == 3600 * s);
  setenv("SLURM_JOB_END_TIME", "1600", 1);
  CHECK(farm::scheduled_limit(1000) == 600 * s);
  CHECK(farm::scheduled_limit(5000) == 1 * s);
  setenv("SLURM_JOB_END_TIME", "soon", 1);
  CHECK(farm::scheduled_limit(1000) == 3600 * s);
  unsetenv("SLURM_JOB_END_TIME");
  unsetenv("PBS_WALLTIME");
}
