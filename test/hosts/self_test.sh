#!/usr/bin/env bash
# The simulated hosts themselves: what they share, how they go, and that nothing of them is left.
set -euo pipefail
hosts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/hosts.sh
fail() {
  echo "FAILED: $*"
  exit 1
}

if [[ ${1-} == inside ]]; then
  read -r first second <<<"$FARM_HOSTS"
  [[ $("$hosts" on "$second" hostname) == "$second" ]] || fail "not the name of the host"
  [[ $("$hosts" agent "$second" "hostname; pwd") == "$second"$'\n'"$PWD" ]] || fail "the agent"
  "$hosts" on "$first" touch /dev/shm/of_the_first
  [[ ! -e /dev/shm/of_the_first ]] || fail "/dev/shm is not its own"
  "$hosts" on "$second" sleep 100 &
  sleeping=$!
  sleep 0.3
  [[ $("$hosts" pids "$second") == "$sleeping" && -z $("$hosts" pids "$first") ]] || fail "pids"
  "$hosts" crash "$second"
  wait "$sleeping" && fail "it goes on after the crash"
  "$hosts" agent "$second" true || fail "it does not come back from a crash"
  "$hosts" on "$second" sleep 100 &
  sleeping=$!
  sleep 0.3
  "$hosts" off "$second"
  [[ $(ps -o stat= -p $sleeping) == T* ]] || fail "it goes on without power"
  timeout 1 "$hosts" agent "$second" true && fail "it answers without power"
  "$hosts" on "$second" ip -o link show eth0 | grep -q "state DOWN" || fail "it has a network"
  echo "$FARM_HOSTS_DIR $sleeping $first"
  exit 7
fi

status=0
said=$("$hosts" run 2 "${BASH_SOURCE[0]}" inside) || status=$?
if ((status == 77)); then echo "$said" && exit 77; fi
((status == 7)) || fail "status $status: $said"
read -r folder sleeping first <<<"$said"
[[ ! -e $folder ]] || fail "a folder is left"
state=$(ps -o stat= -p "$sleeping") || true
[[ -z $state || $state == Z* ]] || fail "a process is left"
if grep -q "$first" /etc/hosts; then fail "the hosts of this machine know it"; fi
