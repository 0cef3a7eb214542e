#!/usr/bin/env bash
# The job scripts on a real Grid Engine with two hosts.  usage: sge.sh [full]   FARM_APP, ... in the environment
# shellcheck disable=SC2034,SC2154 # shared with common.sh
scheduler=sge hosts=2 slots=8
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
begin "$@"

# accounted NAME FIELD VALUE: what qacct has of the last job of that name.
accounted() {
  soon 10 "qacct -j $1" farmer qacct -j "$1"
  local value
  value=$(farmer qacct -j "$1" | awk -v field="$2" '$1 == field { value = $2 } END { print value }')
  [[ $value == "$3" ]] || fail "$1: $2 is $value instead of $3"
}
# submit NAME WORD...: by job script, until it has ended.
submit() {
  step "$1"
  farmer timeout 300 qsub -sync y -N "$1" "${@:2}" || fail "qsub of $1: $?"
  accounted "$1" failed 0
  accounted "$1" exit_status 0
}
nothing_is_left() { [[ -z $(farmer qstat) ]]; }

submit picture -pe mpislots 12 jobscripts/sge.sh "${picture[@]}" picture.png
picture_is_right picture.png picture.o1
submit across -pe mpispread 4 -v FARM_PROGRAM=build/release/farm_across jobscripts/sge.sh 2
cat across.o*

step "interactive"
farmer timeout 60 jobscripts/sge-interactive.sh mandelbrot --size 100 --output "with blanks.png" >interactive.out 2>&1 ||
  fail "status $?: $(cat interactive.out)"
[[ -e "with blanks.png" ]] || fail "no picture: $(cat interactive.out)"

step "qdel in the middle, and resume"
farmer qsub -N killed -pe mpispread 4 jobscripts/sge.sh "${tenacity[@]}" || fail "qsub"
soon 60 "records" some_are_recorded
farmer qdel killed
soon 60 "the end of the job" nothing_is_left
note_recorded
submit resumed -pe mpispread 4 jobscripts/sge.sh "${tenacity[@]}"
records_are_right resumed.o*

step "a chain of jobs within h_rt"
if [[ -n $full ]]; then count=360 h_rt=20; else count=84 h_rt=12; fi
commands $count 0.5
farmer qsub -N chain -pe mpispread 4 -l h_rt=$h_rt -v FARM_CONTINUATIONS=20 jobscripts/sge.sh "${words[@]}" || fail "qsub"
soon 300 "the end of the chain" nothing_is_left
accounted chain exit_status 0
commands_are_done $count
jobs=$(find . -name 'chain.o*' | wc -l)
echo "$jobs jobs"
((jobs > 1)) || fail "no continuation"

if [[ -n $full ]]; then
  step "a chain of jobs with a journal"
  rm -f journal tenacity.log
  long=(tenacity --tasks 3600 --seconds 0.05 --farm-journal journal --log tenacity.log)
  farmer qsub -N long -pe mpispread 4 -l h_rt=20 -v FARM_CONTINUATIONS=20 jobscripts/sge.sh "${long[@]}" || fail "qsub"
  soon 300 "the end of the chain" nothing_is_left
  accounted long exit_status 0
  [[ $(recorded | uniq | wc -l) == 3600 ]] || fail "not all tasks are recorded"
  begun=$(grep -c ^begin tenacity.log)
  echo "3600 tasks recorded, $begun begun, $(find . -name 'long.o*' | wc -l) jobs"
  ((begun < 3960)) || fail "too many tasks have run in vain"

  submit smp -pe smp 4 jobscripts/sge-smp.sh hello --seconds 0.2
  submit suite -pe mpispread 5 -v FARM_PROGRAM=./suite jobscripts/sge.sh

  step "a node dies"
  rm -f journal tenacity.log
  farmer qsub -N crashed -pe mpispread 4 jobscripts/sge.sh "${tenacity[@]}" || fail "qsub"
  soon 60 "records" some_are_recorded
  first=$(farmer qstat -g t | awk '$9 == "MASTER" || $8 == "MASTER"' | grep -o 'node[0-9]*')
  other=node$((3 - ${first#node}))
  "$here/cluster.sh" crash "$other"
  soon 120 "its end" grep -q "every result is right" crashed.o*
fi
step "done"
