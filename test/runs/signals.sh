#!/usr/bin/env bash
# SIGTERM and SIGINT end the job within seconds, with the counts of what was done; SIGCONT asks for
# them.  usage: signals.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

for signal in TERM INT; do
  for mode in sleep wait; do
    echo "+ $mode, SIG$signal"
    : >out
    # Of a background command's signals bash ignores SIGINT: env takes that back.
    env --default-signal=INT "${launch[@]}" "$PROGRAM" "$mode" >out 2>err </dev/null &
    job=$!
    for ((i = 0; i < 300; ++i)); do
      if grep -q ready out; then break; fi
      sleep 0.1
    done
    says out ready 1
    SECONDS=0
    kill -s "$signal" "$job"
    status=0
    wait "$job" || status=$?
    ((status != 0)) || fail "SIG$signal: status 0"
    ((SECONDS < 15)) || fail "SIG$signal: took $SECONDS s"
    # Launchers pass SIGTERM on for either, and may not wait for an answer to it.
    if (($1 == 1)); then says err "farm: ended by SIG$signal: " 1; fi
    says err ": 10 of 110 tasks done"
  done
done

# A driver that listens comes to its own end. mpirun kills its ranks soon after SIGTERM.
signals=(USR1 USR2)
if (($1 == 1)); then signals+=(TERM); fi
for signal in "${signals[@]}"; do
  echo "+ drain, SIG$signal"
  : >out
  "${launch[@]}" "$PROGRAM" drain >out 2>err </dev/null &
  job=$!
  for ((i = 0; i < 300; ++i)); do
    if grep -q ready out; then break; fi
    sleep 0.1
  done
  kill -s "$signal" "$job"
  kill -s "$signal" "$job"
  status=0
  wait "$job" || status=$?
  ((status == 7)) || fail "SIG$signal: status $status"
  says out drained 1
  grep -q "farm: drains, told so by SIG$signal" err || fail "SIG$signal: $(cat err)"
done

if (($1 == 1)); then
  : >out
  "$PROGRAM" nap >out 2>err </dev/null &
  job=$!
  for ((i = 0; i < 300; ++i)); do
    if grep -q ready out; then break; fi
    sleep 0.1
  done
  kill -s CONT "$job"
  wait "$job" || fail "SIGCONT ended it"
  says err "farm: so far (SIGCONT): 10 of 11 tasks done" 1
  says out "slept well" 1
fi

if (($1 == 1)); then
  echo "+ SIGCONT, then SIGTERM"
  : >out
  "$PROGRAM" sleep >out 2>err </dev/null &
  job=$!
  for ((i = 0; i < 300; ++i)); do
    if grep -q ready out; then break; fi
    sleep 0.1
  done
  kill -s CONT "$job"
  for ((i = 0; i < 300; ++i)); do
    if grep -q SIGCONT err; then break; fi
    sleep 0.1
  done
  kill -s TERM "$job"
  ! wait "$job" || fail "SIGTERM: status 0"
  says err "farm: ended by SIGTERM: 10 of 110 tasks done" 1
fi
