#!/usr/bin/env bash
# Simulated hosts on this machine, each with an interface, an address, a name and a /dev/shm of its
# own, and all other things shared.
#
#   hosts.sh run COUNT COMMAND...   makes COUNT of them, runs COMMAND here, takes them down again
#
# COMMAND finds in its environment FARM_HOSTS, their names, and OMPI_MCA_plm_rsh_agent, by which
# mpirun starts a daemon on each. It may call
#
#   hosts.sh on HOST COMMAND...     COMMAND on a host, in the current directory
#   hosts.sh pids HOST              what runs there
#   hosts.sh crash HOST             ends at once all that runs there
#   hosts.sh off HOST               the power: its network is gone and nothing runs on
#   hosts.sh agent HOST WORD...     as ssh does; a host that is off does not answer
#
# A host is a network, host name and mount namespace that a process holds. Its name begins with the
# process id of the run, and only what is in one of these namespaces is ever signalled.
set -euo pipefail
self=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/$(basename "${BASH_SOURCE[0]}")

skip() {
  echo "skipped: $*"
  exit 77
}

holder_of() { cat "$FARM_HOSTS_DIR/$1.holder"; }

enter() {
  local host=$1
  shift
  exec nsenter --target "$(holder_of "$host")" --net --uts --mount --wd="$PWD" -- "$@"
}

# Every process of the host but the one that holds it.
pids_of() {
  local holder entry
  holder=$(holder_of "$1")
  for entry in /proc/[0-9]*; do
    if [[ $entry/ns/net -ef /proc/$holder/ns/net && ${entry#/proc/} != "$holder" ]]; then
      echo "${entry#/proc/}"
    fi
  done
}

# signal_all SIGNAL HOST: also to what is forked meanwhile.
signal_all() {
  local pids before=''
  while pids=$(pids_of "$2") && [[ -n $pids && $pids != "$before" ]]; do
    # shellcheck disable=SC2086 # they are words
    kill -s "$1" $pids 2>/dev/null || true
    before=$pids
  done
}

power_off() {
  : >"$FARM_HOSTS_DIR/$1.off"
  nsenter --target "$(holder_of "$1")" --net ip link set eth0 down
  signal_all STOP "$1"
}

# As ssh, it runs where it was called, and hears of the end of what it has started elsewhere a little
# later than those who talk to that directly.
agent() {
  local host=$1
  shift
  if [[ -e $FARM_HOSTS_DIR/$host.off ]]; then exec sleep 60; fi
  local status=0
  (enter "$host" sh -c "$*") || status=$?
  if ((status != 0)); then sleep 0.5; fi
  return $status
}

# --- making them ----------------------------------------------------------------------------------

# hold NAME: a process with namespaces of its own; it ends with this script.
hold() {
  # shellcheck disable=SC2016 # it is the new shell's
  setpriv --pdeathsig KILL unshare --net --uts --mount bash -c '
    hostname "$1" && mount --bind "$2/hosts" /etc/hosts && mount -t tmpfs -o mode=1777 tmpfs /dev/shm &&
    ip link set lo up && echo $$ >"$2/$1.new" && mv "$2/$1.new" "$2/$1.holder" && exec sleep infinity
  ' hold "$1" "$FARM_HOSTS_DIR" </dev/null >/dev/null 2>"$FARM_HOSTS_DIR/$1.error" &
  disown
  local i
  for ((i = 0; i < 100; ++i)); do
    if [[ -e $FARM_HOSTS_DIR/$1.holder ]]; then return; fi
    sleep 0.05
  done
  skip "cannot make a simulated host: $(cat "$FARM_HOSTS_DIR/$1.error")"
}

# wire NUMBER NAME: a cable from the host to the bridge.
wire() {
  local switch host
  switch=$(holder_of "$prefix"switch)
  host=$(holder_of "$2")
  nsenter -t "$switch" -n ip link add "port$1" type veth peer name eth0 netns "$host"
  nsenter -t "$switch" -n ip link set "port$1" master bridge up
  nsenter -t "$host" -n ip address add "10.83.0.$1/24" dev eth0
  nsenter -t "$host" -n ip link set eth0 up
}

take_down() {
  local host
  for host in $FARM_HOSTS ${prefix}switch; do
    if [[ -e $FARM_HOSTS_DIR/$host.holder ]]; then
      signal_all KILL "$host"
      kill -KILL "$(holder_of "$host")" 2>/dev/null || true
    fi
    rm -rf "${TMPDIR:-/tmp}/ompi.$host."*
  done
  rm -rf "$FARM_HOSTS_DIR"
}

run() {
  local count=$1 i
  shift
  [[ $(id -u) == 0 ]] || skip "simulated hosts need root"
  for tool in unshare nsenter setpriv ip; do
    command -v $tool >/dev/null || skip "simulated hosts need $tool"
  done
  unshare --net --uts --mount true 2>/dev/null || skip "no namespaces can be made here"

  prefix=farm$$
  FARM_HOSTS=''
  for ((i = 1; i <= count; ++i)); do FARM_HOSTS+="${FARM_HOSTS:+ }${prefix}n$i"; done
  FARM_HOSTS_DIR=$(mktemp -d "${TMPDIR:-/tmp}/farmhosts.XXXXXX")
  export FARM_HOSTS FARM_HOSTS_DIR OMPI_MCA_plm_rsh_agent="$self agent"
  trap take_down EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  {
    echo "127.0.0.1 localhost"
    for ((i = 1; i <= count; ++i)); do echo "10.83.0.$i ${prefix}n$i"; done
  } >"$FARM_HOSTS_DIR/hosts"
  hold "${prefix}switch"
  nsenter -t "$(holder_of "${prefix}switch")" -n ip link add bridge type bridge 2>/dev/null ||
    skip "this kernel makes no bridges"
  nsenter -t "$(holder_of "${prefix}switch")" -n ip link set bridge up
  for ((i = 1; i <= count; ++i)); do
    hold "${prefix}n$i"
    wire "$i" "${prefix}n$i"
  done
  # In the background, so that the traps run at once.
  "$@" <&0 &
  wait $!
}

case ${1-} in
  run) run "${@:2}" ;;
  on) enter "${@:2}" ;;
  pids) pids_of "$2" ;;
  crash) signal_all KILL "$2" ;;
  off) power_off "$2" ;;
  agent) agent "${@:2}" ;;
  *)
    sed -n '2,19s/^# \{0,1\}//p' "$self" >&2
    exit 2
    ;;
esac
