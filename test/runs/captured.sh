#!/usr/bin/env bash
# --farm-output: what kernels write is the task's, and comes in one piece or with a prefix.
# usage: captured.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

for style in group headed prefix; do
  for what in tasks direct large children silent nested; do
    run 0 "${launch[@]}" "$PRINTING" "$what" --farm-output "$style"
    silent out WRONG
  done
done

# In sandboxes the same, and what came before a crash.
for what in tasks large children silent; do
  run 0 "${launch[@]}" "$PRINTING" "$what" --farm-output group --farm-isolate sandbox
  silent out WRONG
done
run 0 "${launch[@]}" "$PRINTING" die --farm-output prefix --farm-isolate sandbox
says out "task 0] last words of 3"
says out "SIGKILL"
silent out WRONG

# Silent tasks print nothing, and no blank lines either.
for style in group headed prefix; do
  run 0 "${launch[@]}" "$PRINTING" silent --farm-output "$style"
  [[ ! -s out ]] || fail "$style prints something for nothing"
done

# In one piece: a task's lines stand together.
run 0 "${launch[@]}" "$PRINTING" tasks --farm-output group
for task in 0 17 59; do
  grep -aA2 "task $task begins" out | tr '\n' '|' >piece
  grep -q "task $task begins|printf $task write $task|task $task ends" piece ||
    fail "task $task is torn"
  says err "error $task"
done

run 0 "${launch[@]}" "$PRINTING" tasks --farm-output headed
says out "--- task 3, printing::print, engine"

# Each line with who wrote it, and none mixed with another.
run 0 "${launch[@]}" "$PRINTING" lines --farm-output prefix
lines=$(grep -cE '^\[engine [0-9]+ task [0-9]+\] [0-9]+x{50}$' out)
((lines == 2000)) || fail "$lines whole lines"
[[ $(wc -l <out) == 2000 ]] || fail "other lines"

# As it comes, and not at the end.
run 0 "${launch[@]}" "$PRINTING" slowly --farm-output prefix
says out "seen before its end" 1
says out "task 0] slow ends" 1
