#!/usr/bin/env bash
# A job with a time limit comes to its end before that, says what is left, and its journal has what is
# done.  usage: time_limit.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")
export FARM_UNFINISHED=$PWD/left
unset FARM_TIME_LIMIT FARM_TIME_MARGIN SLURM_JOB_END_TIME PBS_WALLTIME

# done_in FILE: the tasks that its line of counts calls done.
done_in() { sed -n 's/^.*time limit: \([0-9]*\) of .*$/\1/p' "$1"; }

# Short tasks, far more than there is time for, again and again.
rm -f left run.db*
before=0
for limit in 8 0:00:08; do
  FARM_TIME_LIMIT=$limit run 0 "${launch[@]}" "$PROGRAM" many --farm-journal run.db --farm-time-margin 3
  says err "farm: drains, the time limit is near" 1
  says err "; the journal run.db has them; start again to go on" 1
  silent err "the driver threw"
  silent out finished
  now=$(done_in err)
  ((now > before)) || fail "$now tasks done after $before"
  before=$now
  says left "$now of 20000 tasks done, at time limit" 1
  rm left
done

# What would end after the limit holds up nothing, and is not waited for.
SECONDS=0
run 0 "${launch[@]}" "$PROGRAM" mixed --farm-time-limit=300 --farm-time-margin=5
((SECONDS < 100)) || fail "took $SECONDS s"
says err "farm: drains, nothing that is left would end before the time limit: 47 of 50 tasks done" 1
says left "47 of 50 tasks done, at time limit" 1
rm left

# What is done in time ends as ever.
run 0 "${launch[@]}" "$PROGRAM" nap --farm-time-limit=60
says out "slept well" 1
silent err drains
[[ ! -e left ]] || fail "something is left: $(cat left)"

# A task that does not end is stopped, a driver that waits for nothing is ended.
for mode in wait sleep; do
  SECONDS=0
  run 0 "${launch[@]}" "$PROGRAM" "$mode" --farm-time-limit=9 --farm-time-margin=3
  ((SECONDS < 30)) || fail "took $SECONDS s"
  says err "farm: time limit: 10 of 110 tasks done; no journal has them" 1
  says left "10 of 110 tasks done" 1
  rm left
done

# A driver that heeds it comes to its own end; what it could not start is cancelled for it.
run 7 "${launch[@]}" "$PROGRAM" drain --farm-time-limit=9 --farm-time-margin=3
says out drained 1
says left ", status 7, after time limit" 1
rm left

# Slurm says when the job ends.
SLURM_JOB_END_TIME=$(($(date +%s) + 9)) run 0 "${launch[@]}" "$PROGRAM" wait --farm-time-margin 4
says left "10 of 110 tasks done" 1
SLURM_JOB_END_TIME=1 run 0 "${launch[@]}" "$PROGRAM" nap --farm-time-limit=none
says out "slept well" 1
