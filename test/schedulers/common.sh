# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Sourced by the rounds on real schedulers, which set
#
#   scheduler, hosts, slots
#
# and call `begin "$@"`. It runs the script once more inside the cluster, where /var/farmer is the folder
# of a user who has built the farm.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=/var/farmer
farm_app=$home/build/release/farm_app
full=''

skip() {
  echo "skipped: $*"
  exit 77
}

begin() {
  if [[ ${1-} == full ]]; then
    full=1
    [[ -n ${FARM_TEST_FULL-} ]] || skip "takes minutes (FARM_TEST_FULL=1)"
  fi
  if [[ -z ${FARM_IN_CLUSTER-} ]]; then
    # The job scripts set what Open MPI must know, and the hosts start its daemons.
    [[ $(readlink -f "$MPIEXEC") == /usr/bin/orterun ]] || skip "needs the Open MPI of the system"
    FARM_IN_CLUSTER=1 exec "$here/cluster.sh" run "$scheduler" "$hosts" "$slots" bash "$0" "$@"
  fi
  install -d "$home/build/release"
  install "$FARM_APP" "$farm_app"
  install "$FARM_ACROSS" "$FARM_MPI" "$home/build/release"
  cp -r "$here/../../jobscripts" "$home"
  # Its tests leave each other files, which all hosts have to see, and count on a stack that ends.
  printf '#!/bin/sh\nulimit -s 8192\nTMPDIR=%s exec %s "$@"\n' "$home/tmp" "$home/build/release/farm_mpi" >"$home/suite"
  chmod +x "$home/suite"
  install -d "$home/tmp"
  chown -R farmer: "$home"
  cd "$home" || exit 1
}

on() { "$here/cluster.sh" on "$@"; }
farmer() { on head farmer "$@"; }

# step WHAT: ends the one before.
step() { echo "+ $* ($SECONDS s)"; }

fail() {
  echo "FAILED: $*"
  tail -n 40 "$home"/*.o[0-9]*
  on head root tail -n 20 /var/farm_cluster/log/slurmctld 2>/dev/null
  exit 1
}

# soon SECONDS WHAT COMMAND...: until it succeeds.
soon() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS <= end)) || fail "not within the time: $what"
    sleep 0.3
  done
}

# has FILE TEXT
has() { grep -qF -e "$2" "$1" || fail "nothing of '$2' in $1"; }

# picture_is_right FILE JOB_OUTPUT [WORD...]: that of a serial run, by ranks on both hosts, or as WORDs say.
picture=(mandelbrot --size 300 --histogram none --output)
picture_is_right() {
  [[ -e serial.png ]] || farmer "$farm_app" "${picture[@]}" serial.png >/dev/null || fail "no serial run"
  cmp serial.png "$1" || fail "not the picture"
  local word words=("${@:3}")
  (($# > 2)) || words=("on node1" "on node2")
  for word in "${words[@]}"; do has "$2" "$word"; done
}

# --- a run of commands that a limit cuts off ------------------------------------------------------

# commands COUNT SECONDS: the words for a run of so many. Each leaves a line when it begins.
commands() {
  local i
  words=(run --joblog chain.log --resume "echo {} >>chain.begun; sleep $2" :::)
  for ((i = 1; i <= $1; ++i)); do words+=("$i"); done
}

# commands_are_done COUNT: each once by the log, and hardly one of them in vain.
commands_are_done() {
  local logged begun
  logged=$(tail -n +2 chain.log | cut -f 1 | sort -n | uniq | wc -l)
  ((logged == $1)) || fail "$logged of $1 commands in the log"
  [[ -z $(tail -n +2 chain.log | cut -f 1 | sort | uniq -d) ]] || fail "commands twice in the log"
  [[ $(sort -u chain.begun | wc -l) == "$1" ]] || fail "not all commands have begun"
  begun=$(wc -l <chain.begun)
  echo "$1 commands done, $begun begun"
  ((10 * (begun - $1) < $1)) || fail "$((begun - $1)) of $1 commands in vain"
}

# --- a job that is ended in the middle ------------------------------------------------------------

tasks=600
tenacity=(tenacity --tasks "$tasks" --seconds 0.05 --farm-journal journal --log tenacity.log)

# The tasks that are done by the journal, as their places in their call.
recorded() {
  farmer "$farm_app" records journal --label tenacity --status "done" --csv |
    awk -F, 'NR > 1 && $1 ~ /^[0-9]+$/ { print $1 - $2 }' | sort
}
some_are_recorded() { (($(recorded | wc -l) > 100)); }

note_recorded() {
  recorded >committed
  echo "$(wc -l <committed) of $tasks tasks recorded when it had ended"
  (($(wc -l <committed) < tasks)) || fail "it was through already"
}

# After the resume: all there, each once, and nothing again of what was recorded before.
records_are_right() {
  has "$1" "every result is right"
  recorded >after
  (($(wc -l <after) == tasks)) || fail "$(wc -l <after) of $tasks tasks recorded"
  [[ -z $(uniq -d after) ]] || fail "tasks twice in the journal"
  [[ -z $(awk '$1 == "end" { print $3 }' tenacity.log | sort | uniq -d | comm -12 - committed) ]] ||
    fail "what was recorded has run again"
}
