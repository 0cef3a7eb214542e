#!/usr/bin/env bash
# farm_app hello says where the job runs and what is wrong there.  usage: hello.sh COMMAND... (4 ranks)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset SLURM_JOB_ID PBS_JOBID LSB_JOBID PE_HOSTFILE SGE_CELL

# says TEXT: in the last output.
says() {
  grep -qE -e "$1" "$work/out" || {
    echo "nothing of: $1"
    cat "$work/out"
    exit 1
  }
}

"$@" hello --seconds 0.2 >"$work/out"
host=$(hostname)
says "^host +ranks +cores +binding +slots"
says "^$host +0-3 "
says "^2 +engine +$host +2 "
says "^4 ranks on 1 host, "
says "^no scheduler"
says "tasks/s"

echo "$host 3 all.q@$host UNDEFINED" >"$work/hosts"
PE_HOSTFILE=$work/hosts NSLOTS=3 JOB_ID=17 "$@" hello --seconds 0 >"$work/out"
says "^Grid Engine job 17: 3 slots granted"
says "^warning: Grid Engine granted 3 slots, and 4 ranks were started"
PE_HOSTFILE=$work/hosts NSLOTS=4 JOB_ID=17 "$@" hello --seconds 0 >"$work/out"
says "^warning: $host: Grid Engine granted 3 slots there, and 4 ranks run"
