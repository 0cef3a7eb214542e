#!/bin/bash -l
#$ -S /bin/bash
#$ -N farm -cwd -j y -o $JOB_NAME.o$JOB_ID
#$ -pe mpislots 64
#$ -l h_rt=24:00:00
#$ -l h_vmem=2G
#$ -notify
modules=''                                             # such as openmpi
program=${FARM_PROGRAM:-${FARM_HOME:-.}/build/release/farm_app}
continuations=${FARM_CONTINUATIONS:-0}                 # jobs that may follow when the time is not enough

# Grid Engine, over as many hosts as the slots need. Called in the folder of the farm, or with FARM_HOME for where that is:
#
#   qsub -pe mpislots 64 jobscripts/sge.sh mandelbrot --size 4096
#
# h_vmem is per slot. -notify announces the end by SIGUSR2; without it there is no word before SIGKILL.
# Not s_rt: Grid Engine kills the ranks on the other hosts when that is over.

farm=${FARM_HOME:-${SGE_O_WORKDIR:?submit this script by qsub}} # $0 is a copy elsewhere
source "$farm/jobscripts/common.sh" || { echo "FARM_HOME has to name the folder of the farm" >&2 && exit 2; }
farm_job "$@"
