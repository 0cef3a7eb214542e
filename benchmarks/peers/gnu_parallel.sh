#!/usr/bin/env bash
# GNU parallel with one job at a time, a command for each task: the number goes in as an argument
# and comes out on standard output.  usage: gnu_parallel.sh [--tasks N]
set -euo pipefail
tasks=1000
if [[ ${1:-} == --tasks ]]; then tasks=${2:?--tasks needs a number}; fi

# A directory of its own keeps parallel from asking for a citation and from the user's settings.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir "$home/tmp"
touch "$home/will-cite"
export PARALLEL_HOME=$home TMPDIR=$home/tmp

commands() { seq "$1" | parallel -j 1 echo {}; }
now() { date +%s%N; }

commands $((tasks / 10 + 1)) >/dev/null
start=$(now)
sum=$(commands "$tasks" | awk '{sum += $1} END {printf "%d\n", sum}')
end=$(now)
if ((sum != tasks * (tasks + 1) / 2)); then
  echo "GNU parallel: the sum of the results is wrong: $sum" >&2
  exit 1
fi
awk -v tasks="$tasks" -v ns=$((end - start)) 'BEGIN {
  print "question,name,tasks,seconds,rate,latency_us"
  printf "peers,gnu_parallel,%d,%.6f,%.1f,\n", tasks, ns / 1e9, tasks / ns * 1e9
}'
