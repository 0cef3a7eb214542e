#!/usr/bin/env bash
# Engines are killed, frozen or end by themselves, and the job goes on; the hub, the launcher or a
# supervisor is killed, and nothing stays behind.  usage: deaths.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

# start STATUS SECONDS [OPTION...]: runs the program and waits until it says who is who.
start() {
  local status=$1 seconds=$2
  shift 2
  : >out
  timeout -k 3 60 "${launch[@]}" "$MORTAL" "$status" "$seconds" "$@" >out 2>err </dev/null &
  job=$!
  for ((i = 0; i < 300; ++i)); do
    if grep -q ready out; then break; fi
    sleep 0.1
  done
  says out ready 1
  mapfile -t pids < <(awk '/^(hub|engine)/ { print $NF }' out)
}

parent() { awk '/^PPid/ { print $2 }' "/proc/$1/status"; }

# ends STATUS: the job's, or any but 0 for "bad".
ends() {
  local status=0
  wait "$job" || status=$?
  if [[ $1 == bad ]]; then
    ((status != 0)) || fail "status 0"
  else
    ((status == $1)) || fail "status $status instead of $1"
  fi
}

# all_gone: none of the job's processes is left, within seconds.
all_gone() {
  for ((i = 0; i < 100; ++i)); do
    if ! pgrep -f "^$MORTAL" >left; then return; fi
    sleep 0.1
  done
  fail "left behind: $(xargs ps -o pid,ppid,stat,args -p <left)"
}

# ends_with PID: the job ends at once, with an error, when this process is killed.
ends_with() {
  SECONDS=0
  kill -9 "$1"
  ends bad
  all_gone
  ((SECONDS < 15)) || fail "took $SECONDS s"
}

for status in 0 5; do
  echo "+ two engines are killed, status $status"
  start "$status" 3
  kill -9 "${pids[1]}" "${pids[2]}"
  soon err "farm: engine 1 (" 1
  soon err "farm: engine 2 (" 1
  says err "is lost: its process ended: SIGKILL" 2
  ends "$status"
  says out "all right" 1
  all_gone
done

echo "+ an engine is frozen"
start 0 4 --farm-silence 1
kill -STOP "${pids[1]}"
soon err "is lost: it has been silent for 1." 1
ends 0
says out "all right" 1
all_gone

echo "+ an engine is asked to end"
start 0 3
kill -TERM "${pids[2]}"
soon err "is lost: its process ended: SIGTERM" 1
ends 0
says out "all right" 1
all_gone

echo "+ the hub is killed"
start 0 30
ends_with "${pids[0]}"

echo "+ a supervisor is killed"
start 0 30
ends_with "$(parent "${pids[1]}")"

echo "+ the launcher is killed"
start 0 30
ends_with "$(parent "${pids[0]}")"

echo "+ without supervisors the death of an engine is the end of the job"
start 0 30 --farm-supervise no
ends_with "${pids[1]}"

echo "+ a launcher script is told"
rm -f status fifo
FARM_STATUS_FILE=status start 5 1
says status UP 1
ends 5
says status "DONE 5" 1
mkfifo fifo
cat fifo >told &
reader=$!
FARM_FIFO=fifo start 5 1
kill -9 "${pids[1]}"
ends 5
wait "$reader"
[[ $(grep -v BEAT told) == $'UP\nDONE 5' ]] || fail "the fifo says: $(cat told)"
all_gone
