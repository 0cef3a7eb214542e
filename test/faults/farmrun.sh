#!/usr/bin/env bash
# farmrun against a stand-in for mpirun: every way in which a job can end.  usage: FARMRUN=FILE farmrun.sh
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
printf '#!/bin/sh\n' >PROGRAM
chmod +x PROGRAM
export PATH=$here/stand_in:$work:$PATH OMPI_MCA_plm_rsh_agent=$here/stand_in/agent TMPDIR=$work
unset FARM_MPIRUN

fail() {
  echo "FAILED: $*"
  for file in out err calls asked; do
    echo "--- $file:"
    cat $file
  done
  exit 1
} 2>/dev/null

# run STATUS SECONDS ARGUMENT...: farmrun with these ends so, within that time.
run() {
  local wanted=$1 limit=$2 begin=$SECONDS status
  shift 2
  : >calls
  : >asked
  echo "+ farmrun $*"
  timeout 60 "$FARMRUN" "$@" >out 2>err </dev/null
  status=$?
  ((status == wanted)) || fail "status $status instead of $wanted"
  ((SECONDS - begin <= limit)) || fail "took $((SECONDS - begin)) s"
  [[ -z $(find . -name 'farmrun.*') ]] || fail "left $(ls -d farmrun.*)"
}
# has FILE TEXT [TIMES]
has() {
  local count
  count=$(grep -cF -e "$2" "$1")
  ((count > 0)) || fail "nothing of '$2' in $1"
  ((count == ${3:-$count})) || fail "'$2' $count times in $1"
}
starts() { (($(grep -c '^[0-9]: ' calls) == $1)) || fail "not $1 starts"; }

# The status of the driver, and no more than one start.
run 0 3 PROGRAM end 0 && starts 1
run 7 3 -n 4 -g 1 --mca a b PROGRAM end 7 && starts 1
has calls "0: -n 4 -x FARM_FIFO -x FARM_ATTEMPT --mca a b PROGRAM end 7"
run 3 3 -r 0 -- -np 2 PROGRAM end 3 && has calls "FARM_ATTEMPT -np 2 PROGRAM"

# An mpirun that does not leave.
run 5 9 -g 1 PROGRAM hang 5 && has calls twice && starts 1
run 6 9 -g 1 PROGRAM deaf 6 && starts 1

# Rank 0 or mpirun is lost.
run 4 12 -g 0 PROGRAM lost 2 4 && starts 3
has err "was lost" 2
has calls "2: " 1
run 0 9 -g 0 PROGRAM killed 1 0 && starts 2
run 70 9 -g 0 -r 1 PROGRAM lost 9 0 && starts 2 && has err "giving up"

# All engines are lost: it is the last start that counts.
run 4 9 PROGRAM alone 1 4 && starts 2 && has err "all engines were lost"
run 1 9 -r 1 PROGRAM alone 9 0 && starts 2

# Rank 0 is frozen; the other start beats more often than that.
run 0 20 -b 2 -g 0 PROGRAM frozen 1 && starts 2 && has err "it is frozen" 1

# Before it is up.
run 2 3 PROGRAM usage && starts 1
run 70 3 PROGRAM foreign && starts 1 && has err "is it a farm program?"
run 70 9 -r 1 PROGRAM crash && starts 2
run 70 9 -s 1 -g 0 -r 0 PROGRAM silent && starts 1 && has err "within 1 s"
run 0 12 -s 1 -g 0 PROGRAM slow 1 && starts 2

# Hosts: those that do not answer stay out, and the ranks that they would have had.
run 0 8 -a 1 -g 0 -n 8 -H "$(hostname):2,off1:4,far:2" PROGRAM lost 1 0 && starts 2
has calls "0: -n 8 -H $(hostname):2,off1:4,far:2 -x"
has calls "1: -n 4 -H $(hostname):2,far:2 -x"
has err "host off1 does not answer"
printf '# ours\n%s slots=1\noff1 slots = 3 # down\n' "$(hostname)" >hosts
run 0 8 -a 1 -g 0 -n 4 --hostfile hosts PROGRAM lost 1 0
has calls "1: -n 1 --hostfile"
run 70 3 -a 1 -g 0 -H off1,off2 PROGRAM end 0 && starts 0
# Rank 0 runs elsewhere.
run 8 12 -a 1 -g 0 -H far,off1 PROGRAM lost 1 8 && starts 2 && has asked "mkfifo" 2
# Another MPI has other words for them.
STAND_IN_VERSION="HYDRA build details" run 0 3 -n 2 -H far:2 PROGRAM end 0
has calls "0: -n 2 -hosts far:2 PROGRAM end 0"

# up ARGUMENT...: farmrun in the background, until rank 0 is there.
up() {
  : >calls
  env --default-signal=INT "$FARMRUN" "$@" >out 2>err &
  job=$!
  for ((i = 0; i < 50; ++i)); do ! grep -q PROGRAM calls || break && sleep 0.1; done
  sleep 0.5
}

# Signals. TERM is USR1 first, and TERM only when that has taken too long.
for name in TERM INT; do
  up -g 0 -t 2 PROGRAM wait
  kill -USR1 $job && sleep 0.5 && kill -USR2 $job && sleep 0.5 && kill -$name $job
  wait $job
  status=$?
  ((status == 128 + $(kill -l $name))) || fail "SIG$name: status $status"
  if [[ $name == TERM ]]; then has calls USR1 2; else has calls USR1 1; fi
  has calls USR2 1 && has calls $name 1 && starts 1
done
up -g 0 PROGRAM drain 3
kill -TERM $job && sleep 0.3 && kill -TERM $job 2>/dev/null
wait $job
status=$?
((status == 3)) || fail "drained by TERM: status $status"
has calls USR1 1 && starts 1
up -g 0 -t 1 PROGRAM wait
kill -TERM $job && wait $job
has err "has not come to its end 1 s after SIGTERM" 1

# What comes before rank 0 is up waits for it, also what comes before there is an mpirun.
up -g 0 PROGRAM late 4
kill -USR2 $job && sleep 0.2 && kill -USR1 $job
wait $job
status=$?
((status == 4)) || fail "early signals: status $status"
has calls USR1 1 && starts 1
: >calls
FARM_LISTENS=$work/listens "$FARMRUN" -g 0 PROGRAM late 5 >out 2>err &
job=$!
while [[ ! -e listens ]]; do :; done
kill -USR1 $job
wait $job
status=$?
((status == 5)) || fail "a signal at once: status $status"
has calls USR1 1 && starts 1
rm -f listens
for name in TERM INT; do
  env --default-signal=INT FARM_LISTENS="$work/listens" "$FARMRUN" -g 0 PROGRAM wait >out 2>err &
  job=$!
  while [[ ! -e listens ]]; do :; done
  kill -$name $job
  wait $job
  status=$?
  ((status == 128 + $(kill -l $name))) || fail "SIG$name at once: status $status"
  rm -f listens
done

# A time limit counts from the first start, and goes where rank 0 is.
FARM_TIME_LIMIT=1:00:00 FARM_UNFINISHED=left run 0 9 -g 0 PROGRAM killed 1 0
has calls "-x FARM_TIME_LIMIT -x FARM_UNFINISHED PROGRAM" 2

# Nobody is left when farmrun is killed.
if setpriv --pdeathsig TERM true 2>/dev/null; then
  : >calls
  "$FARMRUN" PROGRAM wait >out 2>err &
  job=$!
  for ((i = 0; i < 50; ++i)); do ! grep -q PROGRAM calls || break && sleep 0.1; done
  sleep 0.5
  kill -KILL $job
  wait $job 2>/dev/null
  for ((i = 0; i < 50; ++i)); do ! grep -q TERM calls || break && sleep 0.1; done
  has calls TERM 1
  rm -rf farmrun.*
fi

# Grid Engine signals the process group: rank 0 is heard on, and nothing is started again.
for end in 5 lost; do
  : >calls
  setsid "$FARMRUN" -g 0 PROGRAM drain $end >out 2>err &
  job=$!
  for ((i = 0; i < 50; ++i)); do ! grep -q running calls || break && sleep 0.1; done
  kill -USR2 -- -$job
  wait $job
  status=$?
  ((status == (${end/lost/140}))) || fail "SIGUSR2 to all, $end: status $status"
  starts 1
done

# A later start has less time.
FARM_TIME_LIMIT=100 run 4 12 -g 0 PROGRAM lost 1 4 && has calls "-x FARM_TIME_LIMIT" 2

# The standard input is rank 0's.
: >calls
echo "a line" | "$FARMRUN" PROGRAM read || fail "read: $?"
has calls "a line"

# Wrong calls.
run 2 1 && has err "no program"
run 2 1 -r x PROGRAM end 0 && has err "whole number"
run 2 1 -H && has err "needs a value"
run 2 1 -H a --hostfile hosts PROGRAM end 0 && has err "exclude"
run 2 1 --hostfile nowhere PROGRAM end 0 && has err "cannot read 'nowhere'"
FARM_MPIRUN=no_such_mpirun run 2 1 PROGRAM end 0 && has err "no_such_mpirun"
run 0 1 --help && has out "usage: farmrun"
