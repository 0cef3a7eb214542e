#!/usr/bin/env bash
# 64 ranks on four hosts of a real Grid Engine.
# shellcheck disable=SC2034,SC2154 # shared with common.sh
scheduler=sge hosts=4 slots=16
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
begin full
farmer timeout 500 qsub -sync y -N many -pe mpislots 64 jobscripts/sge.sh "${picture[@]}" many.png || fail "qsub: $?"
# Sixteen slots a host: they are on all four.
picture_is_right many.png many.o1 "(p = 63 engines)"
