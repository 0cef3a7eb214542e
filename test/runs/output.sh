#!/usr/bin/env bash
# What kernels write is seen, also without a newline and on stderr.  usage: output.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

run 0 "${launch[@]}" "$PROGRAM" print
says out "kernel 3 on stdout" 1
says out "printf 3" 1
says out "no newline at the end" 1
says err "kernel 3 on stderr" 1
