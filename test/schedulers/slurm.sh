#!/usr/bin/env bash
# The job scripts on a real Slurm with two hosts.  usage: slurm.sh [full]   FARM_APP, ... in the environment
# shellcheck disable=SC2034,SC2154 # shared with common.sh
scheduler=slurm hosts=2 slots=8
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
begin "$@"
two_hosts=(-N 2 -n 4 --ntasks-per-node=2)

# ended NAME STATE: how the last job of that name has ended. There is no sacct without a database.
ended() {
  soon 10 "the record of $1" grep -q " Name=$1 " /var/farm_cluster/log/jobs
  local record
  record=$(grep " Name=$1 " /var/farm_cluster/log/jobs | tail -n 1)
  [[ $record == *" JobState=$2 "*" ExitCode=0:0 "* ]] || fail "$1: $record"
}
# submit NAME WORD...: by job script, until it has ended.
submit() {
  step "$1"
  farmer timeout 300 sbatch -W -J "$1" "${@:2}" || fail "sbatch of $1: $?"
  ended "$1" COMPLETED
}
# launch NAME WORD...: the same without waiting; the number is in `job`.
launch() {
  job=$(farmer sbatch --parsable -J "$1" "${@:2}") || fail "sbatch"
}
nothing_is_left() { [[ -z $(farmer squeue -h) ]]; }
is_waiting() { [[ $(farmer squeue -h -j "$job" -o %T) == PENDING ]]; }

# A requeued job waits for two minutes. Where it starts within a second or so of its former end, a host
# may take its credential for the old one, which is void.
start_now() {
  sleep 3
  on head root scontrol update jobid="$job" StartTime=now
}
goes_on_to_its_end() {
  if is_waiting; then start_now; fi
  nothing_is_left
}

submit picture -n 12 jobscripts/slurm.sh "${picture[@]}" picture.png
picture_is_right picture.png picture.o1
submit by_srun -n 12 --export=ALL,FARM_LAUNCHER=srun jobscripts/slurm.sh "${picture[@]}" by_srun.png
picture_is_right by_srun.png by_srun.o2

step "across, by mpirun and by srun"
launch across "${two_hosts[@]}" --export=ALL,FARM_PROGRAM=build/release/farm_across jobscripts/slurm.sh 2
launch across "${two_hosts[@]}" --export=ALL,FARM_PROGRAM=build/release/farm_across,FARM_LAUNCHER=srun \
  jobscripts/slurm.sh 2
soon 90 "both" nothing_is_left
ended across COMPLETED
for file in across.o*; do
  cat "$file"
  has "$file" "on 2 hosts"
  ! grep -q FAILED "$file" || fail "$file"
done

step "scancel in the middle, and resume"
launch killed "${two_hosts[@]}" jobscripts/slurm.sh "${tenacity[@]}"
soon 60 "records" some_are_recorded
farmer scancel "$job"
soon 60 "the end of the job" nothing_is_left
note_recorded
launch resumed "${two_hosts[@]}" jobscripts/slurm.sh "${tenacity[@]}"
soon 60 "the end of the resume" nothing_is_left
ended resumed COMPLETED
records_are_right resumed.o*

# Its limits are whole minutes: the signal comes when we say so, and root spares us two minutes.
step "a time limit, and the job goes on"
if [[ -n $full ]]; then count=240; else count=60; fi
commands $count 0.5
launch chain "${two_hosts[@]}" --export=ALL,FARM_CONTINUATIONS=3 jobscripts/slurm.sh "${words[@]}"
soon 60 "commands" test -s chain.begun
sleep 3
farmer scancel --batch --signal=USR1 "$job"
soon 60 "the requeue" is_waiting
start_now
soon 120 "the end of the chain" nothing_is_left
ended chain COMPLETED
commands_are_done $count
has chain.o* "continuation 1 of 3"

# Slurm understands its directives.
step "a script for PBS"
sed -i 's/select=.*/select=2:ncpus=2:mpiprocs=2:mem=1gb/' jobscripts/pbs.sh
launch for_pbs "${two_hosts[@]}" --export=ALL,PBS_O_WORKDIR="$home" jobscripts/pbs.sh
soon 60 "its end" nothing_is_left
ended for_pbs COMPLETED

if [[ -n $full ]]; then
  submit suite -N 2 -n 5 --export=ALL,FARM_PROGRAM=./suite jobscripts/slurm.sh

  # 60 s of work. The signal comes 30 s to 90 s before the limit; the farm keeps its own, too.
  step "a chain of jobs within a minute each"
  rm -f chain.*
  commands 360 0.5
  launch minute "${two_hosts[@]}" --time=1 --signal=B:USR1@10 --export=ALL,FARM_CONTINUATIONS=20 jobscripts/slurm.sh "${words[@]}"
  soon 600 "its end" goes_on_to_its_end
  ended minute COMPLETED
  commands_are_done 360
  has minute.o* "continuation 1 of 20"
  echo "$(grep -c 'goes on$' minute.o*) continuations"
fi
step "done"
