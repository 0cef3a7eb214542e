#!/bin/bash -l
slots=4
parallel_environment=mpislots
time=1:00:00
memory=2G                                              # per slot
modules=''                                             # such as openmpi
program=${FARM_PROGRAM:-${FARM_HOME:-.}/build/release/farm_app}
# shellcheck disable=SC2034 # by common.sh
continuations=0

# Grid Engine, while you watch; the exit status is the program's. Called in the folder of the farm, or with FARM_HOME for where that is:
#
#   jobscripts/sge-interactive.sh hello

farm=${FARM_HOME:-$PWD}
if [[ -z ${JOB_ID-} ]]; then
  # qrsh gives its words to a shell.
  self=$(readlink -f "$0")
  exec qrsh -cwd -now no -N farm -pe "$parallel_environment" "$slots" -l "h_rt=$time,h_vmem=$memory" \
    -v "FARM_PROGRAM=$program,FARM_HOME=$farm" bash -l "${self@Q}" "${@@Q}"
fi
source "$farm/jobscripts/common.sh" || { echo "FARM_HOME has to name the folder of the farm" >&2 && exit 2; }
farm_job "$@"
