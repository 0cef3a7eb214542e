#!/bin/bash -l
#SBATCH --job-name=farm --output=%x.o%j --open-mode=append
#SBATCH --ntasks=64
#SBATCH --time=24:00:00
#SBATCH --mem-per-cpu=2G
#SBATCH --signal=B:USR1@120 --requeue
modules=''                                             # such as openmpi
program=${FARM_PROGRAM:-${FARM_HOME:-.}/build/release/farm_app}
continuations=${FARM_CONTINUATIONS:-0}                 # times that it may be requeued when the time is not enough
launcher=${FARM_LAUNCHER:-mpirun}                      # or srun, where Open MPI was built with Slurm's PMIx

# Slurm. Called in the folder of the farm, or with FARM_HOME for where that is:
#
#   sbatch --ntasks=64 jobscripts/slurm.sh mandelbrot --size 4096
#
# --signal says when the end is announced, in seconds before it; the farm comes to its end by itself before.

farm=${FARM_HOME:-${SLURM_SUBMIT_DIR:?submit this script by sbatch}} # $0 is a copy elsewhere
source "$farm/jobscripts/common.sh" || { echo "FARM_HOME has to name the folder of the farm" >&2 && exit 2; }
farm_job "$@"
