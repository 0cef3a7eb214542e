# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by round.sh: what a round is made of, and what happens to it.
#
# scenario NAME   sets, for one round (RANDOM has been seeded):
#   hosts      simulated hosts, 0 for this machine alone; np ranks
#   farmrun    non-empty: started by farmrun, else by mpirun with its default behaviour
#   mpi        words for mpirun, work: words for farm_app tenacity
#   harm       the function that is called when the work has begun

# The names of all scenarios on this machine alone, and on simulated hosts.
scenarios_one() {
  echo ranks ranks.sm ranks.tcp ranks.ucx window.60K window.1M frozen mixed_one hub mpirun disk
}
scenarios_many() {
  echo hosts.ranks hosts.orted hosts.nodes hosts.off hosts.frozen hosts.hub hosts.mpirun
}

# roll LOW HIGH: a whole number, in REPLY; a subshell would have random numbers of its own.
roll() { REPLY=$(($1 + RANDOM % ($2 - $1 + 1))); }

scenario() {
  hosts=0 np=10 farmrun='' mpi=() work=(--tasks 2000 --throw 0.3 --seconds 0.005) harm=none
  local tcp=(--mca pml ob1 --mca btl "self,tcp" --mca btl_tcp_sndbuf 4194304 --mca btl_tcp_rcvbuf 4194304)
  case $1 in
    ranks) work+=(--kill 7) ;;
    ranks.sm) work+=(--kill 7) mpi=(--mca pml ob1 --mca btl "self,vader") ;;
    ranks.tcp) work+=(--kill 7) mpi=("${tcp[@]}") ;;
    ranks.ucx)
      work+=(--kill 7)
      mpi=(--mca pml ucx --mca pml_ucx_tls any --mca pml_ucx_devices any -x "UCX_TLS=tcp,self,sm")
      ;;
    window.60K) work=(--tasks 1000 --seconds 0.01 --input 60K --kill 7 --farm-hwm 16) mpi=("${tcp[@]}") ;;
    window.1M) work=(--tasks 200 --seconds 0.02 --input 1M --kill 7 --farm-hwm 4) mpi=("${tcp[@]}") ;;
    frozen) roll 1 4 && work+=(--freeze "$REPLY" --kill 2 --farm-silence 1) ;;
    mixed_one) work+=(--crash 0.02 --hang 0.01 --kill 4) ;;
    hub) work+=(--crash 0.01) farmrun=1 harm=kill_hub ;;
    mpirun) work+=(--crash 0.01) farmrun=1 harm=kill_mpirun ;;
    disk) harm=fill_disk ;;
    hosts.ranks) hosts=5 work+=(--kill 7) ;;
    hosts.orted) roll 2 10 && hosts=$REPLY farmrun=1 harm=kill_daemons ;;
    hosts.nodes) roll 2 10 && hosts=$REPLY farmrun=1 harm=crash_hosts ;;
    hosts.off) roll 2 10 && hosts=$REPLY farmrun=1 harm=switch_off work+=(--farm-silence 2) ;;
    hosts.frozen) hosts=5 farmrun=1 work+=(--freeze 3 --farm-silence 1) ;;
    hosts.hub) roll 2 5 && hosts=$REPLY farmrun=1 harm=kill_hub ;;
    hosts.mpirun) roll 2 5 && hosts=$REPLY farmrun=1 harm=kill_mpirun ;;
    *) return 1 ;;
  esac
  if ((hosts > 0)); then np=$((2 * hosts)); fi
}

# --- harm -----------------------------------------------------------------------------------------

none() { :; }

# some_moment [PART]: sleeps to a moment in the first nine tenths of the work, or of a part of it.
some_moment() {
  local lot=$RANDOM
  sleep "$(awk -v lot="$lot" -v span="$span" -v part="${1-1}" 'BEGIN { print lot / 32768 * 0.9 * part * span }')"
}

# note WHAT: what was done, and when.
note() {
  done_to+="${done_to:+,}$1"
  if [[ -z $harmed_at ]]; then harmed_at=$(date +%s%6N); fi
}

kill_hub() {
  local pid
  some_moment
  pid=$(sed -n 's/^seed .* rank 0 is process \([0-9]*\) .*/\1/p' out | tail -n 1)
  kill -KILL "$pid" && note "hub:$pid"
}

kill_mpirun() {
  local pid
  some_moment
  pid=$(mpirun_of "$job")
  kill -KILL "$pid" && note "mpirun:$pid"
}

# The mpirun below process $1.
mpirun_of() {
  local child
  for child in $(ps -o pid= --ppid "$1"); do
    if [[ $(ps -o comm= -p "$child") =~ ^(mpirun|orterun|mpiexec)$ ]]; then
      echo "$child"
      return
    fi
    mpirun_of "$child"
  done
}

# Up to half of the hosts, never that of rank 0, in `victims`.
choose_victims() {
  local others count
  read -ra others <<<"${FARM_HOSTS#* }"
  roll 1 $((hosts / 2))
  victims=()
  for ((count = REPLY; count > 0; --count)); do
    roll 0 $((${#others[@]} - 1))
    victims+=("${others[REPLY]}")
    others=("${others[@]:0:REPLY}" "${others[@]:REPLY+1}")
  done
}

kill_daemons() {
  local host pid
  choose_victims
  for host in "${victims[@]}"; do
    some_moment 0.5
    for pid in $("$simulated" pids "$host"); do
      if [[ $(ps -o comm= -p "$pid") == orted ]]; then kill -KILL "$pid" && note "orted:$host"; fi
    done
  done
}

crash_hosts() {
  local host
  choose_victims
  for host in "${victims[@]}"; do
    some_moment 0.5
    "$simulated" crash "$host" && note "crash:$host"
  done
}

switch_off() {
  local host
  choose_victims
  for host in "${victims[@]}"; do
    some_moment 0.5
    "$simulated" off "$host" && note "off:$host"
  done
}

# The journal's file system fills up, and has room again a little later: before the job ends, or not.
fill_disk() {
  some_moment
  head -c 1G /dev/zero >disk/filler 2>/dev/null
  note "full"
  roll 2 20
  sleep "$(awk -v tenths="$REPLY" 'BEGIN { print tenths / 10 }')"
  rm disk/filler
}
