#!/usr/bin/env bash
# Rounds of scenarios, and a table of how they went.
#
#   campaign.sh [-f] [-n ROUNDS] [-s SEED] SCENARIO...     with FARM_APP, FARMRUN and MPIEXEC set
#
# -f: only where FARM_TEST_FULL is set, otherwise skipped with status 77.
# Round i has seed SEED + i (default: a random SEED, which is printed). A round is repeated by
# round.sh SCENARIO SEED. Known scenarios: see scenarios.sh; "one" and "many" stand for all on one
# host and all on simulated ones.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/scenarios.sh"
rounds=1 seed=$((RANDOM * 10))
while getopts fn:s: option; do
  case $option in
    f) [[ -n ${FARM_TEST_FULL-} ]] || { echo "skipped: takes hours (FARM_TEST_FULL=1)" && exit 77; } ;;
    n) rounds=$OPTARG ;;
    s) seed=$OPTARG ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 2 ;;
  esac
done
shift $((OPTIND - 1))
chosen=()
for name; do
  case $name in
    one | many) read -ra names < <("scenarios_$name") && chosen+=("${names[@]}") ;;
    *) chosen+=("$name") ;;
  esac
done

table='' failed=0 ran=0
for name in "${chosen[@]}"; do
  good=0 bad='' skipped=0
  for ((i = 0; i < rounds; ++i)); do
    status=0
    "$here/round.sh" "$name" $((seed + i)) || status=$?
    case $status in
      0) ((++good)) ;;
      77) ((++skipped)) ;;
      *) bad+=" $((seed + i))" ;;
    esac
  done
  ran=$((ran + rounds - skipped))
  [[ -z $bad ]] || failed=1
  table+=$(printf '%-14s %6s %6s %8s  %s' "$name" "$rounds" "$good" "$skipped" "${bad:- none}")$'\n'
done
printf '\n%-14s %6s %6s %8s   %s\n%s' scenario rounds good skipped "seeds that failed" "$table"
if ((ran == 0)); then exit 77; fi
exit $failed
