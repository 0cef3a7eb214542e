#!/usr/bin/env bash
# The job scripts against stand-ins for schedulers: what they ask, hand on, submit again and end with.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir bin tmp
for name in mpirun srun ompi_info qstat qresub qalter qrls qdel qsub squeue scontrol bjobs bsub sleep; do
  ln -s "$here/stand_in/any" "bin/$name"
done
cp -r "$here/../../jobscripts" .
printf '#!/bin/sh\n' >PROGRAM
chmod +x PROGRAM
node=$(hostname)
printf '%s\n' "$node 3 all.q UNDEFINED" "far 1 all.q UNDEFINED" >pe_hostfile
printf '%s\n' "$node" "$node" far >nodefile
# They are login shells, which begin with a PATH of their own.
echo "PATH=$work/bin:\$PATH" >.bash_profile
host=(PATH="$PATH" HOME="$work" TMPDIR="$work/tmp" FARM_PROGRAM=./PROGRAM
  OMPI_MCA_plm_rsh_agent="$here/../faults/stand_in/agent")
sge=(JOB_ID=11 PE_HOSTFILE="$work/pe_hostfile" SGE_O_WORKDIR="$work" NSLOTS=4)
slurm=(SLURM_JOB_ID=31 SLURM_SUBMIT_DIR="$work" SLURM_TASKS_PER_NODE="3(x2)")
pbs=(PBS_JOBID=41 PBS_JOBNAME=farm PBS_O_WORKDIR="$work" PBS_NODEFILE="$work/nodefile")
lsf=(LSB_JOBID=21 LSB_JOBNAME=farm LS_SUBCWD="$work" LSB_MCPU_HOSTS="$node 2 far 1" LSB_DJOB_NUMPROC=3)

fail() {
  echo "FAILED: $*"
  tail -n 30 out err asked
  exit 1
}
# has FILE TEXT..., hasnt FILE TEXT
has() {
  local text
  for text in "${@:2}"; do grep -qF -e "$text" "$1" || fail "nothing of '$text' in $1"; done
}
hasnt() { ! grep -qF -e "$2" "$1" || fail "'$2' in $1"; }

# run STATUS VARIABLE=VALUE... SCRIPT ARGUMENT...: the script ends so.
run() {
  local status=0
  echo "+ ${*:2}" | sed "s|$work|.|g"
  : >asked
  timeout 30 env -i "${host[@]}" "${@:2}" >out 2>err </dev/null || status=$?
  ((status == $1)) || fail "status $status instead of $1"
  [[ -z $(ls tmp) ]] || fail "left in TMPDIR: $(ls tmp)"
}
# run_and_signal SIGNAL STATUS WORD...: the same with a signal.
run_and_signal() { # and then SIG$second, if that is set
  local job status=0 i
  echo "+ $1 ${*:3}" | sed "s|$work|.|g"
  : >asked
  env -i "${host[@]}" "${@:3}" >out 2>err </dev/null &
  job=$!
  for ((i = 0; i < 100; ++i)); do ! grep -q running asked || break && command sleep 0.1; done
  kill -s "$1" $job
  [[ -z ${second-} ]] || { command sleep 0.03 && kill -s "$second" $job; }
  wait $job || status=$?
  ((status == $2)) || fail "status $status instead of $2"
}

# The status is the program's, and the marker counts.
job=(jobscripts/sge.sh)
run 0 "${sge[@]}" "${job[@]}" end 0
has asked "mpirun -x FARM_FIFO -x FARM_ATTEMPT -x FARM_TIME_LIMIT -x FARM_UNFINISHED ./PROGRAM end 0"
grep -qE '^limit (100|9[0-9]) ' asked || fail "not the time of the job"
run 7 "${sge[@]}" "${job[@]}" end 7
for status in 99 100; do
  run 101 "${sge[@]}" "${job[@]}" end $status
  has err "exit status $status is 101"
done
run 99 "${slurm[@]}" "${job[@]/sge/slurm}" end 99
run 1 "${sge[@]}" FARM_CONTINUATIONS=3 "${job[@]}" left 1 "3 of 4 done"
hasnt asked qresub
run 0 "${sge[@]}" "${job[@]}" left 0 "3 of 4 done"
has err "the time is up: 3 of 4 done; submit the job again"
run 2 "${sge[@]}" FARM_PROGRAM=./nowhere "${job[@]}" end 0
has err "there is no program './nowhere'"
run 2 "${sge[@]}" "${job[@]/sge/ssh-hosts}" end 0
has err "cannot read 'hosts'"
run 0 STAND_IN_SGE=h_vmem=2G "${sge[@]}" "${job[@]}" end 0
has asked "limit none"

run 0 STAND_IN_SGE=h_rt=1:00:00,h_vmem=2G "${sge[@]}" "${job[@]}" end 0
grep -qE '^limit (3600|359[0-9]) ' asked || fail "not an hour"
mkdir elsewhere
run 0 "${sge[@]}" FARM_HOME="$work" SGE_O_WORKDIR="$work/elsewhere" "${job[@]}" end 0

# Ranks and cores.
cores=$(nproc)
for count in $((cores + 1)) "$cores" 1; do
  echo "$node $count all.q UNDEFINED" >pe_hostfile
  run 0 "${sge[@]}" "${job[@]}" end 0
  case $count in
    $((cores + 1))) has asked "binding none yields 1" ;;
    "$cores") has asked "binding default yields 0" ;;
    *) has asked "binding none yields 0" ;;
  esac
done

# Grid Engine: the next job.
run 0 "${sge[@]}" FARM_CONTINUATIONS=2 "${job[@]}" left 102 half
has asked "qresub -h u 11" "qalter -hold_jid 11 -ac farm_continuation=1 12" "qrls 12"
run 0 "${sge[@]}" STAND_IN_CONTEXT=a=b,farm_continuation=1 FARM_CONTINUATIONS=2 "${job[@]}" left 0 half
has asked "farm_continuation=2 12"
run 102 "${sge[@]}" STAND_IN_CONTEXT=farm_continuation=2 FARM_CONTINUATIONS=2 "${job[@]}" left 0 half
has err "no more than 2 jobs"
hasnt asked qresub
run_and_signal USR2 0 "${sge[@]}" FARM_CONTINUATIONS=2 "${job[@]}" drain
has asked "qrls 12"
run_and_signal USR2 140 "${sge[@]}" STAND_IN_STATE=dr FARM_CONTINUATIONS=2 "${job[@]}" drain
has err "cancelled by SIGUSR2: half is done"
hasnt asked qresub
run_and_signal USR2 140 "${sge[@]}" STAND_IN_STATE= FARM_CONTINUATIONS=2 "${job[@]}" drain
hasnt asked qresub
run 102 "${sge[@]}" STAND_IN_QRLS=1 FARM_CONTINUATIONS=2 "${job[@]}" left 102 half
has asked "qdel 12"
has err "could not be submitted"

# Slurm.
job=(jobscripts/slurm.sh)
run 0 "${slurm[@]}" STAND_IN_LEFT=1-02:03:04 "${job[@]}" end 0
grep -qE "^limit 9378[0-4] " asked || fail "not the time of the job"
run 0 "${slurm[@]}" STAND_IN_LEFT=09:08 "${job[@]}" end 0
grep -qE "^limit 54[0-8] " asked || fail "not the time of the job"
run 0 "${slurm[@]}" STAND_IN_LEFT=UNLIMITED "${job[@]}" end 0
has asked "limit none"
run 0 "${slurm[@]}" FARM_LAUNCHER=srun "${job[@]}" end 0
has asked "srun --mpi=pmix"
run 0 "${slurm[@]}" FARM_CONTINUATIONS=2 SLURM_RESTART_COUNT=1 "${job[@]}" left 102 half
has asked "scontrol requeue 31"
run 102 "${slurm[@]}" FARM_CONTINUATIONS=2 SLURM_RESTART_COUNT=2 "${job[@]}" left 102 half
run 102 "${slurm[@]}" FARM_CONTINUATIONS=2 STAND_IN_REQUEUE=1 "${job[@]}" left 102 half
has err "could not be submitted"
run_and_signal USR1 0 "${slurm[@]}" FARM_CONTINUATIONS=2 "${job[@]}" drain
has asked "scontrol requeue 31"
# The first signal counts.
second=TERM run_and_signal USR1 0 "${slurm[@]}" FARM_CONTINUATIONS=2 "${job[@]}" drain
has asked "scontrol requeue 31"
run_and_signal TERM 143 "${slurm[@]}" FARM_CONTINUATIONS=2 "${job[@]}" drain
hasnt asked requeue

# PBS and LSF, whose scripts hold the program's arguments. This Open MPI does not know them.
sed -i 's/^arguments=.*/arguments=(left 102 half)/' jobscripts/pbs.sh jobscripts/lsf.sh
run 0 "${pbs[@]}" FARM_CONTINUATIONS=2 FARM_CONTINUATION=1 jobscripts/pbs.sh
has asked "host $node slots=2" "host far slots=1" \
  "qsub -W depend=afterany:41 -N farm -v FARM_CONTINUATION=2,FARM_CONTINUATIONS=2,FARM_PROGRAM jobscripts/pbs.sh"
grep -qE "^limit (600|59[0-9]) " asked || fail "not the time of the job"
run 102 "${pbs[@]}" FARM_CONTINUATIONS=2 FARM_CONTINUATION=2 jobscripts/pbs.sh
run 0 "${lsf[@]}" FARM_CONTINUATIONS=2 jobscripts/lsf.sh
has asked "host $node slots=2" "host far slots=1" "bsub -n 3 -J farm -w ended(21)" \
  "given limit none unfinished none"
grep -qE "^limit (1800|179[0-9]) " asked || fail "not the time of the job"
sed -i 's/^arguments=.*/arguments=(drain)/' jobscripts/lsf.sh
run_and_signal USR2 0 "${lsf[@]}" FARM_CONTINUATIONS=2 jobscripts/lsf.sh
has asked "-w ended(21)"
run 0 STAND_IN_EARLY=USR2 "${lsf[@]}" FARM_CONTINUATIONS=2 jobscripts/lsf.sh
has asked "-w ended(21)"
run_and_signal TERM 143 "${lsf[@]}" FARM_CONTINUATIONS=2 jobscripts/lsf.sh
hasnt asked "-w ended(21)"

# No scheduler.
echo "$node slots=2" >hosts
run 3 jobscripts/ssh-hosts.sh end 3
has asked "--hostfile" "host $node slots=2"
run 2 SGE_O_WORKDIR="$work" jobscripts/sge.sh end 0
has err "no scheduler that is known"

# Wrong calls say what to do.
for name in sge sge-smp slurm pbs lsf; do
  status=0
  env -i "${host[@]}" "jobscripts/$name.sh" end 0 >out 2>err </dev/null || status=$?
  ((status != 0)) || fail "$name.sh without its scheduler ends with 0"
  has err "submit this script by"
done
run 2 "${sge[@]}" FARM_HOME="$work/elsewhere" jobscripts/sge.sh end 0
has err "FARM_HOME has to name the folder of the farm"
run 2 FARM_PROGRAM=./nowhere jobscripts/ssh-hosts.sh end 0
has err "there is no program './nowhere'"
run 2 jobscripts/farmrun -n 2 ./nowhere
has err "there is no program './nowhere' that can be run"

# An installed copy knows its place, wherever it was installed from.
cmake -D SOURCE="$here/../../jobscripts" -D SHARE=share/farm -D BIN=. -P "$here/../../cmake/InstallJobScripts.cmake"
cp PROGRAM farm_app
for name in sge pbs lsf slurm ssh-hosts; do
  script=share/farm/jobscripts/$name.sh
  ! grep -nE 'build/release|folder of the farm, or' "$script" || fail "$script is not of an installed farm"
done
run 0 "${sge[@]}" FARM_PROGRAM= SGE_O_WORKDIR="$work/elsewhere" share/farm/jobscripts/sge.sh end 0
has asked "$work/farm_app end 0"
run 0 "${slurm[@]}" FARM_PROGRAM= share/farm/jobscripts/slurm.sh end 0
has asked "$work/farm_app end 0"
