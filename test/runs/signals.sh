#!/usr/bin/env bash
# SIGTERM and SIGINT end the job within seconds, with the counts of what was done; SIGCONT asks for
# them.  usage: signals.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

# Without a launcher SIGTERM is no sudden end.
ends=(INT)
if (($1 > 1)); then ends+=(TERM); fi
for signal in "${ends[@]}"; do
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

# Any other driver is ended when what runs has ended, or has had its time.
export FARM_UNFINISHED=$PWD/left
for signal in "${signals[@]}"; do
  for mode in nap_many wait; do
    echo "+ $mode, SIG$signal"
    : >out
    rm -f left
    "${launch[@]}" "$PROGRAM" "$mode" --farm-time-margin 2 >out 2>err </dev/null &
    job=$!
    for ((i = 0; i < 300; ++i)); do
      if grep -q ready out; then break; fi
      sleep 0.1
    done
    SECONDS=0
    for ((i = 0; i < 3; ++i)); do
      kill -s "$signal" "$job" || break
      sleep 0.1
    done
    status=0
    wait "$job" || status=$?
    ((status == 0)) || fail "SIG$signal: status $status"
    ((SECONDS < 30)) || fail "SIG$signal: took $SECONDS s"
    says err "farm: drains, told so by SIG$signal: 10 of "
    says err "farm: SIG$signal: 1" 1
    says left " tasks done, at SIG$signal" 1
    silent err "the driver threw"
    if [[ $mode == wait ]]; then says left "10 of 110 tasks done" 1; fi
  done
done
unset FARM_UNFINISHED

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
  echo "+ SIGCONT, then SIGINT"
  : >out
  env --default-signal=INT "$PROGRAM" sleep >out 2>err </dev/null &
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
  kill -s INT "$job"
  ! wait "$job" || fail "SIGINT: status 0"
  says err "farm: ended by SIGINT: 10 of 110 tasks done" 1
fi
