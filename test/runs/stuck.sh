#!/usr/bin/env bash
# Engines that wait in MPI for one whose kernel has failed do not hold up the job.  usage: stuck.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

SECONDS=0
run 3 "${launch[@]}" "$STUCK" --farm-grace 1
((SECONDS < 30)) || fail "took $SECONDS s"
says out "failed on engine $(($1 - 1))" 1
says out "not coming" 1
says out "has not come back from engine" $(($1 - 2))
says err "waits in MPI for"

SECONDS=0
run 3 "${launch[@]}" "$STUCK" --farm-grace 1 go_on
((SECONDS < 30)) || fail "took $SECONDS s"
says err "is lost: it waits in MPI for an engine that has failed"
