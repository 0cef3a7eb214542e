#!/usr/bin/env bash
# A cluster with a real scheduler, on this machine and for as long as one command runs.
#
#   cluster.sh run sge|slurm HOSTS SLOTS COMMAND...
#
# makes the hosts head and node1 to nodeHOSTS, the latter with SLOTS slots each, starts the scheduler
# on them, runs COMMAND here and takes all down again. COMMAND, say bash, may call
#
#   cluster.sh on HOST USER COMMAND...   COMMAND on a host, as root or farmer, in that user's folder
#   cluster.sh crash HOST                ends all that runs there
#   cluster.sh off HOST                  cuts the host off
#
# Status 77 and a line "skipped: why" where the machine does not allow it.
#
# Everything happens in a mount and a PID namespace, where /etc, /usr and /var are overlays: what is
# installed, written and started there is gone with them. A host is a further set of namespaces with
# an interface, a name, processes, a /tmp and a /dev/shm of its own; the rest, /var/farmer for one, is
# shared. (Under one /tmp the hosts would be in each other's way: the names of Grid Engine's TMPDIR and
# of Slurm's PMIx folder are those of the job. Under one /proc Grid Engine would end another's jobs.)
set -euo pipefail
self=$(readlink -f "${BASH_SOURCE[0]}")
here=$(dirname "$self")
cluster=/var/farm_cluster

skip() {
  echo "skipped: $*"
  exit 77
}
give_up() {
  echo "cluster.sh: $*" >&2
  exit 1
}
# within SECONDS WHAT COMMAND...: until it succeeds.
within() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS <= end)) || give_up "$what: not within the time"
    sleep 0.1
  done
}
# log NAME COMMAND...: it must succeed.
log() {
  local file=$cluster/log/$1
  shift
  "$@" >"$file" 2>&1 </dev/null || give_up "failed: $*"$'\n'"$(tail -n 20 "$file")"
}

# --- on the machine -------------------------------------------------------------------------------

run() {
  local tool folder keeper status=0
  if (($# < 4)) || [[ ! -r $here/start_$1.sh ]]; then usage; fi
  [[ $(id -u) == 0 ]] || skip "simulated hosts need root"
  for tool in unshare nsenter setpriv ip apt-get; do
    command -v $tool >/dev/null || skip "simulated hosts need $tool"
  done
  unshare --net --uts --ipc --mount --pid --fork true 2>/dev/null || skip "no namespaces can be made here"
  folder=$(mktemp -d "${TMPDIR:-/tmp}/farmcluster.XXXXXX")
  # The kernel ends whatever is in there with its first process, and that with this one.
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc \
    bash "$self" inside "$folder" "$@" <&0 &
  keeper=$!
  # shellcheck disable=SC2064 # the names of now
  trap "kill -KILL $keeper 2>/dev/null || :; wait $keeper || :; rmdir '$folder'" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  wait $keeper || status=$?
  trap - EXIT
  rmdir "$folder"
  exit $status
}

# --- inside ---------------------------------------------------------------------------------------

inside() {
  # shellcheck disable=SC2034 # slots: by what is sourced below
  local folder=$1 scheduler=$2 slots=$4 top resolver i
  nodes=$3
  shift 4
  resolver=$(cat /etc/resolv.conf 2>/dev/null) || true
  mount -t tmpfs -o mode=755 tmpfs "$folder"
  for top in etc usr var; do
    mkdir -p "$folder/$top/new" "$folder/$top/work"
    mount -t overlay -o "lowerdir=/$top,upperdir=$folder/$top/new,workdir=$folder/$top/work" overlay /$top 2>/dev/null ||
      skip "no overlays can be mounted here"
  done
  mkdir -p $cluster/hosts $cluster/log
  rm -f /etc/resolv.conf /etc/hosts
  echo "$resolver" >/etc/resolv.conf
  printf '%s\n' "127.0.0.1 localhost" "10.84.0.1 head" >/etc/hosts
  for ((i = 1; i <= nodes; ++i)); do echo "10.84.0.$((10 + i)) node$i" >>/etc/hosts; done
  mount -t tmpfs -o mode=755 tmpfs /run
  useradd --create-home --home-dir /var/farmer --shell /bin/bash farmer

  # shellcheck disable=SC1090 # one of two
  source "$here/start_$scheduler.sh"
  packages
  for i in head $(node_names); do make_host "$i"; done
  nsenter -t "$(holder_of head)" -n ip link add bridge type bridge 2>/dev/null || skip "this kernel makes no bridges"
  nsenter -t "$(holder_of head)" -n ip address add 10.84.0.1/24 dev bridge
  nsenter -t "$(holder_of head)" -n ip link set bridge up
  for ((i = 1; i <= nodes; ++i)); do wire "$i"; done
  start_scheduler
  # In the background, so that traps run at once.
  "$@" <&0 &
  wait $!
}

node_names() { seq -f node%g "$nodes"; }

# install PACKAGE...: those that are missing.
install() {
  local missing=() package try
  for package; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return; fi
  rm -f /var/lib/man-db/auto-update # which takes longer than all else
  # Nothing that is installed starts a daemon.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  for try in 1 2; do
    if ((try == 2)); then apt-get -qq update >/dev/null 2>&1 || true; fi
    if DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=2 -o Dpkg::Options::=--force-unsafe-io \
      install --no-install-recommends "${missing[@]}" >$cluster/log/apt 2>&1 </dev/null; then return; fi
  done
  skip "cannot install ${missing[*]}: $(grep -m 1 '^E:' $cluster/log/apt)"
}

holder_of() { cat "$cluster/hosts/$1"; }

make_host() {
  setpriv --pdeathsig KILL unshare --net --uts --ipc --mount --pid --fork --kill-child \
    bash "$self" host "$1" </dev/null >"$cluster/log/host.$1" 2>&1 &
  disown
  within 10 "host $1" test -e "$cluster/hosts/$1"
}

# wire NUMBER: a cable from the node to the bridge.
wire() {
  local head node
  head=$(holder_of head)
  node=$(holder_of "node$1")
  nsenter -t "$head" -n ip link add "port$1" type veth peer name eth0 netns "$node"
  nsenter -t "$head" -n ip link set "port$1" master bridge up
  nsenter -t "$node" -n ip address add "10.84.0.$((10 + $1))/24" dev eth0
  nsenter -t "$node" -n ip link set eth0 up
}

# The first process of a host.
host() {
  local pid
  read -r pid _ </proc/self/stat # /proc is still the cluster's
  hostname "$1"
  mount -t proc proc /proc
  mount -t tmpfs -o mode=755 tmpfs /run
  mount -t tmpfs -o mode=1777 tmpfs /tmp
  mount -t tmpfs -o mode=1777 tmpfs /dev/shm
  ip link set lo up
  echo "$pid" >"$cluster/hosts/$1.new"
  mv "$cluster/hosts/$1.new" "$cluster/hosts/$1"
  while :; do
    sleep 1000 &
    wait $! || true
  done
}

on() {
  local home=/root path=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
  [[ $2 == root ]] || home=/var/farmer
  # shellcheck disable=SC2016 # it is the new shell's
  exec nsenter -t "$(holder_of "$1")" -m -u -i -n -p -- setpriv --reuid "$2" --regid "$2" --init-groups \
    --reset-env env PATH=$path bash -c 'cd "$0" && exec "$@"' "$home" "${@:3}"
}

# crash HOST: its first process takes all others with it.
crash() { kill -KILL "$(holder_of "$1")"; }

off() { nsenter -t "$(holder_of head)" -n ip link set "port${1#node}" down; }

usage() {
  sed -n '2,13s/^# \{0,1\}//p' "$self" >&2
  exit 2
}

case ${1-} in
  run | inside | host | on | crash | off) "$@" ;;
  *) usage ;;
esac
