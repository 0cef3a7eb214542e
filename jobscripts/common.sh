# shellcheck shell=bash disable=SC2154
# Sourced by the job scripts: what they have in common.
#
#   farm_flags RANKS       what Open MPI must know where RANKS ranks run on this host
#   farm_job ARGUMENT...   runs $program with them under a scheduler, by farmrun, and ends the job script
#
# The job script has set
#
#   farm           the folder of the farm
#   program        what is run
#   modules        what `module load` is to load, or nothing
#   continuations  jobs that may follow one another when the time is not enough for all that is to be done
#   launcher       optional: mpirun (default), or srun under Slurm
#
# farm_job tells the program how long it may run (FARM_TIME_LIMIT) and where to leave word that
# something is left (FARM_UNFINISHED); signals of the scheduler reach it as SIGUSR1, on which it drains.
#
# The job's exit status is the program's, but 0 if something is left and the next job has it or the
# user may submit it; 102 if no more jobs may follow; 128 + N if it was cancelled by signal N. Grid
# Engine takes 99 and 100 for words of its own (again; in error), and gets 101 instead.

farm_say() { echo "farm: $*" >&2; }

farm_load_modules() {
  # shellcheck disable=SC2086 # they are words
  [[ -z ${modules-} ]] || module load $modules || { farm_say "cannot load the modules: $modules" && exit 2; }
}

farm_check_program() {
  [[ -x $program ]] || { farm_say "there is no program '$program': build it, or say by FARM_PROGRAM which one" && exit 2; }
}

farm_flags() {
  local cores
  cores=$(nproc)
  # Jobs that share a host would be bound to the same cores. A job with all of them may be bound.
  if (($1 != cores)); then
    export OMPI_MCA_hwloc_base_binding_policy=${OMPI_MCA_hwloc_base_binding_policy-none}
  fi
  if (($1 > cores)); then export OMPI_MCA_mpi_yield_when_idle=${OMPI_MCA_mpi_yield_when_idle-1}; fi
}

# farm_seconds TIME: D-HH:MM:SS, HH:MM:SS, MM:SS or seconds; nothing for other words.
farm_seconds() {
  local days=0 time=$1 part seconds=0
  [[ $time =~ ^([0-9]+-)?[0-9]+(:[0-9]+)*$ ]] || return 0
  if [[ $time == *-* ]]; then days=${time%-*} time=${time#*-}; fi
  for part in ${time//:/ }; do seconds=$((60 * seconds + 10#$part)); done
  echo $((86400 * 10#$days + seconds))
}

# --- what differs between the schedulers ----------------------------------------------------------

farm_scheduler() {
  if [[ -n ${SLURM_JOB_ID-} ]]; then
    echo slurm
  elif [[ -n ${LSB_JOBID-} ]]; then
    echo lsf
  elif [[ -n ${PBS_JOBID-} ]]; then
    echo pbs
  elif [[ -n ${JOB_ID-} && -n ${PE_HOSTFILE-} ]]; then
    echo sge
  fi
}

# Ranks on this host, which is the first.
farm_ranks_here() {
  case $scheduler in
    sge) awk 'NR == 1 { print $2 }' "$PE_HOSTFILE" ;;
    slurm) echo "${SLURM_TASKS_PER_NODE%%[^0-9]*}" ;;
    pbs) grep -cx "$(head -n 1 "$PBS_NODEFILE")" "$PBS_NODEFILE" ;;
    lsf) awk '{ print $2 }' <<<"${LSB_MCPU_HOSTS-x 1}" ;;
  esac
}

# Seconds that the job may still run; nothing if it may for ever.
farm_time_left() {
  local all=''
  case $scheduler in
    slurm)
      farm_seconds "$(squeue -h -j "$SLURM_JOB_ID" -o %L)"
      return
      ;;
    sge) all=$(farm_seconds "$(qstat -j "$JOB_ID" | sed -n 's/^hard resource_list:.*h_rt=\([0-9:]*\).*/\1/p')") ;;
    pbs) all=$(farm_seconds "${PBS_WALLTIME:-$(qstat -f "$PBS_JOBID" | sed -n 's/.*Resource_List.walltime = //p')}") ;;
    lsf) all=$(bjobs -l "$LSB_JOBID" | awk '/RUNLIMIT/ { getline; print int(60 * $1) }') ;;
  esac
  if [[ -n $all ]]; then echo $((all - SECONDS)); fi
}

# How many jobs went before this one.
farm_runs_before() {
  case $scheduler in
    slurm) echo "${SLURM_RESTART_COUNT:-0}" ;;
    sge) qstat -j "$JOB_ID" | sed -n 's/^context:.*farm_continuation=\([0-9]*\).*/\1/p' | grep . || echo 0 ;;
    *) echo "${FARM_CONTINUATION:-0}" ;;
  esac
}

# Whether the signal that came meant the end of the time, and not that the job is cancelled.
farm_time_is_up() {
  local jobs
  case $scheduler in
    slurm | lsf) [[ $told == USR* ]] ;;
    # What qdel has marked.
    sge) jobs=$(qstat -u "$(id -un)") && ! grep -qE "^ *$JOB_ID .* d[rRtsST]+ +[0-9]+/" <<<"$jobs" ;;
    *) [[ -n $limit ]] && ((SECONDS >= limit - 10)) ;;
  esac
}

# farm_submit_again NUMBER: the same job once more, with what was said on the command line; PBS and LSF
# do not tell that, so it is the options of the script, the name and the FARM_ variables (LSF: all of
# the environment, and the slots).
farm_submit_again() {
  local next given script
  case $scheduler in
    slurm)
      # What is left of this script is ended by it.
      scontrol requeue "$SLURM_JOB_ID" && { sleep 60 || true; }
      ;;
    sge)
      # Not by exit status 99: after it, Grid Engine never gives the job its other hosts again.
      next=$(qresub -h u "$JOB_ID" | sed -n 's/.*[Yy]our job \([0-9]*\).*/\1/p')
      [[ -n $next ]] || return
      if ! { qalter -hold_jid "$JOB_ID" -ac "farm_continuation=$1" "$next" && qrls "$next"; }; then
        qdel "$next" # it would be held for ever
        return 1
      fi
      ;;
    pbs)
      # By their names, for there may be commas in them.
      # This very script, where the shell was given its name.
      script=$farm/jobscripts/pbs.sh
      if grep -qs '^farm_job ' "$0"; then script=$0; fi
      given=$(compgen -e FARM_ | grep -vxE 'FARM_(TIME_LIMIT|UNFINISHED|FIFO|CONTINUATIONS?)' | sed 's/^/,/' | tr -d '\n')
      qsub -W "depend=afterany:$PBS_JOBID" -N "$PBS_JOBNAME" \
        -v "FARM_CONTINUATION=$1,FARM_CONTINUATIONS=$continuations$given" "$script"
      ;;
    lsf)
      FARM_CONTINUATION=$1 env -u FARM_TIME_LIMIT -u FARM_UNFINISHED \
        bsub -n "${LSB_DJOB_NUMPROC:-1}" -J "$LSB_JOBNAME" -w "ended($LSB_JOBID)" <"$farm/jobscripts/lsf.sh"
      ;;
  esac >&2
}

# The hosts, where this Open MPI does not ask the scheduler for them.
farm_hosts() {
  case $scheduler in
    pbs) ompi_info --parsable 2>/dev/null | grep -q ':ras:tm:' || sort "$PBS_NODEFILE" | uniq -c | awk '{ print $2 " slots=" $1 }' ;;
    lsf) ompi_info --parsable 2>/dev/null | grep -q ':ras:lsf:' || xargs -n 2 <<<"$LSB_MCPU_HOSTS" | sed 's/ / slots=/' ;;
  esac
}

# --- the job --------------------------------------------------------------------------------------

farm_job() {
  local scheduler limit='' told='' status=0 job='' scratch='' clock='' line=()
  scheduler=$(farm_scheduler)
  [[ -n $scheduler ]] || { farm_say "no scheduler that is known has started this: submit it as its comments say" && exit 2; }
  # Bash runs traps while it waits, and not while something runs in the foreground. The first signal
  # says why. farmrun would die of one that comes before it listens.
  for name in USR1 USR2 TERM INT; do
    # shellcheck disable=SC2064 # the name of now
    trap "told=\${told:-$name}; [[ ! -e \$scratch/listens ]] || kill -USR1 \$job 2>/dev/null" $name
  done
  farm_load_modules
  farm_check_program
  farm_flags "$(farm_ranks_here)"

  limit=$(farm_time_left)
  if [[ -n $limit ]]; then
    export FARM_TIME_LIMIT=${FARM_TIME_LIMIT-$limit}
    limit=$((SECONDS + limit))
  fi
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/farm_job.XXXXXX") || exit 2
  export FARM_UNFINISHED=$scratch/unfinished

  line=("$farm/jobscripts/farmrun")
  farm_hosts >"$scratch/hosts"
  if [[ -s $scratch/hosts ]]; then line+=(--hostfile "$scratch/hosts"); fi
  line+=(--)
  if [[ ${launcher-} == srun ]]; then
    export FARM_MPIRUN=srun OMPI_MCA_pml=${OMPI_MCA_pml-ob1} OMPI_MCA_btl=${OMPI_MCA_btl-self,vader,tcp}
    # Slurm's own idea of recovery: what one rank does is not the others' end.
    line+=(--mpi=pmix --no-kill --kill-on-bad-exit=0)
  fi

  FARM_LISTENS=$scratch/listens "${line[@]}" "$program" "$@" <&0 &
  job=$!
  mkfifo "$scratch/clock" && exec {clock}<>"$scratch/clock"
  while [[ ! -e $scratch/listens ]] && kill -0 $job 2>/dev/null; do read -rt 0.02 -u "$clock"; done
  # Until farmrun has heard it: bash can lose the trap of a signal that comes while it looks for the
  # end of a "$(...)" or <(...).
  while kill -0 $job 2>/dev/null; do
    if [[ -n $told && ! -e $scratch/listens.heard ]]; then
      kill -USR1 $job 2>/dev/null
      read -rt 0.2 -u "$clock"
    else
      wait $job || :
    fi
  done
  exec {clock}>&-
  wait $job || status=$?
  farm_end
}

# Says how it went, and sees to what is left.
farm_end() {
  local left='' number
  # farm_app run says 102.
  if [[ -e $FARM_UNFINISHED ]]; then left=$(<"$FARM_UNFINISHED"); elif ((status == 102)); then left="not all is done"; fi
  rm -rf "$scratch"
  if [[ -n $told ]] && ! farm_time_is_up; then
    farm_say "the job was cancelled by SIG$told${left:+: $left; submit it again to go on}"
    exit $((128 + $(kill -l "$told")))
  fi
  if [[ -z $left ]] || ((status != 0 && status != 102)); then
    if [[ $scheduler == sge && $status =~ ^(99|100)$ ]]; then
      farm_say "the program's exit status $status is 101 for Grid Engine, to which it means something else"
      status=101
    fi
    exit "$status"
  fi
  if ((continuations == 0)); then
    farm_say "the time is up: $left; submit the job again to go on"
    exit 0
  fi
  number=$(($(farm_runs_before) + 1))
  if ((number > continuations)); then
    farm_say "the time is up: $left, and no more than $continuations jobs may follow one another"
    exit 102
  fi
  farm_say "the time is up: $left; continuation $number of $continuations goes on"
  farm_submit_again "$number" || { farm_say "it could not be submitted" && exit 102; }
  exit 0
}
