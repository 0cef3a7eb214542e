#!/usr/bin/env bash
# Ranks with labels of their own, and tasks that need them.  usage: labels.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
rm -f ./*.ini

# labelled NEED: rank 0 and engine 1 have none, engine 2 has a gpu, engine 3 two and memory.
labelled() {
  # shellcheck disable=SC2086 # the flags are words
  run "$1" "$MPIEXEC" ${MPIEXEC_FLAGS-} -n 2 "$PROGRAM" labels "$2" \
    : -n 1 "$PROGRAM" x --farm-label gpu \
    : -n 1 "$PROGRAM" x "--farm-label=gpu=2,memory=16G" ${3+"$3"}
}

labelled 0 gpu
says out "engine 1 has 0 labels" 1
says out "engine 3 has 2 labels" 1
# Who of the two runs what is not said: one may be faster than the other is awake.
if ! grep -Eq "^ran on (2|3|2 3)$" out; then
  echo "tasks that need a gpu ran elsewhere:" && cat out && exit 1
fi

labelled 0 gpu=2
says out "ran on 3" 1

labelled 0 memory=17G
says out "none of the 3 engines has memory=17G: they have gpu, gpu=2, memory=16G" 1

# A label that is wrong on one rank alone.
labelled 2 gpu --farm-label=gpu=many
says err "gpu=many' has none (rank 3 on" 1
