#!/bin/bash -l
#BSUB -J farm -o %J.out
#BSUB -n 64
#BSUB -W 24:00
#BSUB -R rusage[mem=2GB]
#BSUB -wa USR2 -wt 5
arguments=(mandelbrot --size 4096)                     # the script is given none by bsub
modules=''                                             # such as openmpi
program=${FARM_PROGRAM:-${FARM_HOME:-.}/build/release/farm_app}
continuations=${FARM_CONTINUATIONS:-0}                 # jobs that may follow when the time is not enough

# LSF. Called in the folder of the farm, or with FARM_HOME for where that is:
#
#   bsub < jobscripts/lsf.sh
#
# -wa and -wt announce the end by a signal, here 5 minutes before.

farm=${FARM_HOME:-${LS_SUBCWD:?submit this script by bsub}}
cd "$LS_SUBCWD" || exit 2
source "$farm/jobscripts/common.sh" || { echo "FARM_HOME has to name the folder of the farm" >&2 && exit 2; }
farm_job "${arguments[@]}"
