#!/usr/bin/env bash
# The exit status is the driver's; a driver that throws ends the job with 1.  usage: status.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

run 0 "${launch[@]}" "$PROGRAM" return 0
run 7 "${launch[@]}" "$PROGRAM" return 7

run 1 "${launch[@]}" "$PROGRAM" throw
says err "farm: the driver threw: no more ideas" 1

run 1 "${launch[@]}" "$PROGRAM" throw_something
says err "farm: the driver threw something that is no std::exception" 1

# A task that sleeps for a minute does not keep the job alive; neither do those behind it.
SECONDS=0
run 1 "${launch[@]}" "$PROGRAM" throw_while_sleeping
says err "farm: the driver threw: no more ideas" 1
((SECONDS < 20)) || fail "took $SECONDS s"

# Neither do engines that have not taken what the driver lent them.
SECONDS=0
run 1 "${launch[@]}" "$PROGRAM" throw_while_lending
says err "farm: the driver threw: no more ideas" 1
((SECONDS < 20)) || fail "took $SECONDS s"

# A driver that just returns waits for what it has submitted.
run 0 "${launch[@]}" "$PROGRAM" leave_tasks
says out "task" 20

run 0 "${launch[@]}" "$PROGRAM" run_twice
says out "logic_error: farm::run" "$1"
