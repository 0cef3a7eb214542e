#!/usr/bin/env bash
# Ranks of different programs, and kernels that cannot be told apart, are a sentence and no hang.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher 2)

run 2 "${launch[@]:0:${#launch[@]}-2}" -n 1 "$PROGRAM" return 0 : -n 2 "$OTHER"
says err "runs another program than rank 0" 1
says err "Start all ranks from the same executable" 1

for np in 1 2; do
  mapfile -t launch < <(launcher "$np")
  run 2 "${launch[@]}" "$TWINS"
  says err "two kernels have the same name and cannot be told apart" 1
  says err "(anonymous namespace)::work and" 1
done
