#!/usr/bin/env bash
# 64 ranks on four hosts of a real Grid Engine.
# shellcheck disable=SC2034,SC2154 # shared with common.sh
scheduler=sge hosts=4 slots=16
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
begin full
farmer timeout 500 qsub -sync y -N many -pe mpislots 64 jobscripts/sge.sh "${picture[@]}" many.png || fail "qsub: $?"
picture_is_right many.png many.o1
for i in 3 4; do has many.o1 "on node$i"; done
[[ $(grep -c "rank [0-9]* on node" many.o1) == 63 ]] || fail "not 63 engines"
