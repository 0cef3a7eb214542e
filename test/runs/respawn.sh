#!/usr/bin/env bash
# Engines are killed, and others are started in their place, as many as --farm-respawn says.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher 3)

for status in 0 5; do
  run "$status" "${launch[@]}" "$RESPAWN" "$status" --farm-respawn 3
  says out "all right" 1
  says err ") is started in place of" 3
  says err ") is started in place of engine 1" 1
  says err ") is started in place of engine 2" 1
  says err ") is started in place of engine 3" 1
  says err "no engine is started in place of engine 4: all of --farm-respawn 3 have been started" 1
done

echo "+ who has only fallen silent is not replaced"
timeout -k 3 60 "${launch[@]}" "$MORTAL" 0 3 --farm-respawn 3 --farm-silence 1 >out 2>err </dev/null &
job=$!
for ((i = 0; i < 300; ++i)); do
  if grep -q ready out; then break; fi
  sleep 0.1
done
kill -STOP "$(awk '/^engine 1/ { print $NF }' out)"
wait "$job" || fail "status $?"
says out "all right" 1
says err "no engine is started in place of engine 1: nobody saw" 1
