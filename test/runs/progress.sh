#!/usr/bin/env bash
# While the driver computes, tasks go on; with --farm-progress=caller the driver's calls move them.
# usage: progress.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

run 0 "${launch[@]}" "$PROGRAM" compute
says out "advanced" 1
run 0 "${launch[@]}" "$PROGRAM" settings --farm-progress caller
run 0 "${launch[@]}" "$PROGRAM" map --farm-progress=caller
says out "right" 1
FARM_PROGRESS=caller run 0 "${launch[@]}" "$PROGRAM" compute
says out "all done" 1
