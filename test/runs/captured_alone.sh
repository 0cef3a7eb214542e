#!/usr/bin/env bash
# In a single process what kernels print is not captured, which is said.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

run 0 "$PRINTING" lines --farm-output prefix
says err "captured in sandboxes only" 1
(($(grep -cE '^[0-9]+x{50}$' out) == 2000)) || fail "lines are missing"
run 0 "$PRINTING" lines --farm-output group --farm-log-level error
silent err captured
for what in tasks children die; do
  run 0 "$PRINTING" "$what" --farm-output prefix --farm-isolate sandbox
  silent out WRONG
done
