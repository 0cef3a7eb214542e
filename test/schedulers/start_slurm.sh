# shellcheck shell=bash disable=SC2086,SC2154 # from cluster.sh, without blanks
# Sourced by cluster.sh: Slurm, without accounting: what has ended is in $cluster/log/jobs. A cancelled
# job has 5 s from SIGTERM to SIGKILL.

packages() {
  install slurmctld slurmd slurm-client munge
  # A configuration that the machine itself may have is not ours.
  mkdir -p /etc/slurm
  mount -t tmpfs -o mode=755 tmpfs /etc/slurm
}

start_scheduler() {
  local host node
  mkdir -p $cluster/slurm/head
  chown slurm:slurm $cluster/slurm/head
  touch $cluster/log/jobs $cluster/log/slurmctld
  chown slurm:slurm $cluster/log $cluster/log/jobs $cluster/log/slurmctld
  cat >/etc/slurm/slurm.conf <<CONF
ClusterName=simulated
SlurmctldHost=head
SlurmUser=slurm
AuthType=auth/munge
CredType=cred/munge
StateSaveLocation=$cluster/slurm/head
SlurmdSpoolDir=$cluster/slurm/%n
SlurmctldPidFile=/run/slurm/slurmctld.pid
SlurmdPidFile=/run/slurm/slurmd.pid
SlurmctldLogFile=$cluster/log/slurmctld
SlurmdLogFile=$cluster/log/slurmd.%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=100
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
# The hosts claim more cores than the machine has.
SlurmdParameters=config_overrides
KillWait=5
MessageTimeout=30
InactiveLimit=0
OverTimeLimit=0
JobRequeue=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=5
JobCompType=jobcomp/filetxt
JobCompLoc=$cluster/log/jobs
NodeName=$(node_range) CPUs=$slots RealMemory=100000 State=UNKNOWN
PartitionName=batch Nodes=$(node_range) Default=YES MaxTime=2-00:00:00 DefaultTime=60 State=UP
CONF
  mkdir -p $cluster/munge
  head -c 1024 /dev/urandom >$cluster/munge/key
  chmod 400 $cluster/munge/key
  chown -R munge:munge $cluster/munge
  for host in head $(node_names); do
    (on "$host" root install -d -o munge /run/munge)
    (on "$host" root install -d -o slurm /run/slurm)
    log "munged.$host" on_as_munge "$host"
  done
  log slurmctld.start as_root head bash -c 'ulimit -c 0; exec slurmctld -c'
  for node in $(node_names); do
    mkdir -p "$cluster/slurm/$node"
    log "slurmd.$node.start" as_root "$node" slurmd -N "$node"
  done
  within 60 "the nodes" nodes_are_idle
}

as_root() { (on "$1" root "${@:2}"); }
on_as_munge() {
  (on "$1" munge munged --key-file=$cluster/munge/key --num-threads=2 --pid-file=/run/munge/munged.pid \
    --socket=/run/munge/munge.socket.2 --log-file=/run/munge/munged.log --seed-file=/run/munge/seed)
}

node_range() { if ((nodes > 1)); then echo "node[1-$nodes]"; else echo node1; fi; }
nodes_are_idle() { (($(as_root head sinfo -h -N -t idle -o %N | sort -u | wc -l) == nodes)); }
