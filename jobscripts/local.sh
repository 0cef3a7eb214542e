#!/usr/bin/env bash
# Sets this machine up, builds farm_app and runs it here:  jobscripts/local.sh [SUBCOMMAND ARGUMENT...]
# Without arguments it runs the main job. Change these four lines, or set the variables:
ranks=${FARM_NP:-$(($(nproc) + 1))}        # rank 0 only schedules, so one engine per core
build=${FARM_BUILD_DIR:-build/release}
picture=mandelbrot.png
main_job=(mandelbrot --output "$picture")

set -euo pipefail
if (($# == 0)); then set -- "${main_job[@]}"; fi
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/setup.sh
source jobscripts/common.sh
farm_setup_packages user
farm_configure "$build" -D CMAKE_BUILD_TYPE=Release -D FARM_BUILD_TESTS=OFF -D FARM_BUILD_BENCHMARKS=OFF
farm_build "$build" farm_app
program=$(cd "$build" && pwd)/farm_app
cd "$here"
farm_flags "$ranks"
exec mpirun -np "$ranks" --oversubscribe "$program" "$@"
