#!/usr/bin/env bash
# Runs a benchmark, the farm and the floor in turn, and says what came of it.
# usage: benchmarks/run.sh QUESTION [--rounds N] [--np N] [--window N] [--tasks N] [--farm-...]
#   task_rate       tasks a second, one task per message, beside a bare-MPI loop
#   task_rate_auto  tasks a second with automatic chunks, beside that same loop
#   latency         from submit to get, beside a bare-MPI ping-pong, and beside Bcast and Gather
#   collectives     GB/s of push, scatter and gather, beside Bcast, Scatterv and Gatherv
#   scheduler       submit + finish pairs a second of the scheduling policy alone
#   memory          bytes of rank 0 for each queued task, beyond its payload
#   idle            percent of a core that an engine without work takes, beside a blocked MPI_Recv
#   imbalance       makespan of each chunking scheme over the least possible one, real and simulated
#   metg            us of a task at which half of the time is work: METG(50 %), as in Task Bench
#   isolation       us of a task's way into a sandbox and back, and of a crash, beside a bare futex
#   journal         tasks a second with --farm-journal over those without, at once and at 100,000/s
#   command_rate    commands a second by farm_app run, beside posix_spawn + wait and GNU parallel
#   wordcount       MB/s of text counted, beside one serial reader and the shell's sort | uniq -c
#   peers           the same work in mpi4py.futures, ipyparallel, multiprocessing and GNU parallel
# Options that begin with --farm- go to the farm only. First comes the CSV of all runs, then a line
# of key=value pairs per configuration: medians over the rounds; ratio is farm / floor.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/setup.sh
source benchmarks/table.sh
source benchmarks/questions.sh

usage() {
  sed -n '2,19s/^# \{0,1\}//p' benchmarks/run.sh >&2
  exit 2
}

question=${1:-}
if ! declare -F "ask_$question" >/dev/null; then usage; fi
shift
rounds=5
np=''
window=''
tasks=()
farm_options=()
while (($# > 0)); do
  case $1 in
    --farm-*)
      farm_options+=("$1")
      if [[ $1 != *=* && ${2:-} == [!-]* ]]; then
        farm_options+=("$2")
        shift
      fi
      ;;
    --rounds | --np | --window | --tasks)
      if [[ ! ${2:-} =~ ^[1-9][0-9]*$ ]]; then usage; fi
      # shellcheck disable=SC2034  # questions.sh reads them
      case $1 in
        --rounds) rounds=$2 ;;
        --np) np=$2 ;;
        --window) window=$2 ;;
        --tasks) tasks=(--tasks "$2") ;;
      esac
      shift
      ;;
    *) usage ;;
  esac
  shift
done
if [[ $np == 1 ]]; then
  echo "run.sh: --np counts rank 0 too; a floor needs two ranks" >&2
  exit 2
fi

build=${FARM_BUILD_DIR:-build/release}
limit=120 # seconds for one run: far beyond what any takes, so that nothing hangs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
header='' # the names that were printed last
names=''
values=''
summary=()

# build_programs NAME...
build_programs() {
  farm_setup_packages user
  farm_configure "$build" -D CMAKE_BUILD_TYPE=Release -D FARM_BUILD_TESTS=OFF \
    -D FARM_BUILD_BENCHMARKS=ON
  farm_build "$build" "$@"
}

# measure COMMAND...   runs a command whose last two lines are the names and values of one row
measure() {
  timeout --foreground --kill-after=10 "$limit" "$@" </dev/null >"$work/output" || {
    echo "run.sh: status $? from: $*" >&2
    exit 1
  }
  { read -r names && read -r values; } < <(tail -n 2 "$work/output")
}

# keep TABLE ROUND   keeps the row that was measured last, and shows it
keep() {
  if [[ ! -s $1 ]]; then echo "round,$names" >"$1"; fi
  if [[ $header != "$names" ]]; then echo "round,$names"; fi
  header=$names
  echo "$2,$values" | tee -a "$1"
}

# on_ranks NP COMMAND...   the command line, in the array `launch`
on_ranks() { launch=(mpirun --oversubscribe -np "$@"); }

# both_sides TABLE NP ARGUMENT...   the rounds of farm and floor, or of the farm where no floor is
both_sides() {
  local table=$1 np=$2 round
  shift 2
  for ((round = 1; round <= rounds; ++round)); do
    on_ranks "$np" "$build/benchmarks/${question}_farm" "$@" "${farm_options[@]}"
    measure "${launch[@]}"
    keep "$table" "$round"
    if [[ ! -f benchmarks/$question/floor.cpp ]]; then continue; fi
    on_ranks "$np" "$build/benchmarks/${question}_floor" "$@"
    measure "${launch[@]}"
    keep "$table" "$round"
  done
}

"ask_$question"
printf '%s\n' "${summary[@]}"
