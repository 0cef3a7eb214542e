#!/bin/bash -l
#PBS -N farm -j oe
#PBS -l select=4:ncpus=16:mpiprocs=16:mem=32gb
#PBS -l walltime=24:00:00
arguments=(mandelbrot --size 4096)                     # the script is given none by qsub
modules=''                                             # such as openmpi
program=${FARM_PROGRAM:-${FARM_HOME:-.}/build/release/farm_app}
continuations=${FARM_CONTINUATIONS:-0}                 # jobs that may follow when the time is not enough

# PBS Professional and OpenPBS (Torque: -l nodes=4:ppn=16,mem=128gb). Called in the folder of the farm, or with FARM_HOME for where that is:
#
#   qsub jobscripts/pbs.sh

farm=${FARM_HOME:-${PBS_O_WORKDIR:?submit this script by qsub}} # $0 is a copy elsewhere
cd "$PBS_O_WORKDIR" || exit 2
source "$farm/jobscripts/common.sh" || { echo "FARM_HOME has to name the folder of the farm" >&2 && exit 2; }
farm_job "${arguments[@]}"
