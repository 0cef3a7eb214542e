#!/bin/bash -l
hosts=${FARM_HOSTFILE:-hosts}                          # lines such as: node1 slots=16
modules=''                                             # such as openmpi
program=${FARM_PROGRAM:-${FARM_HOME:-.}/build/release/farm_app}

# Hosts that ssh reaches without a password, and no scheduler. All see this folder under one name.
# Called in the folder of the farm, or with FARM_HOME for where that is:
#
#   jobscripts/ssh-hosts.sh mandelbrot --size 4096

farm=${FARM_HOME:-$PWD}
source "$farm/jobscripts/common.sh" || { echo "FARM_HOME has to name the folder of the farm" >&2 && exit 2; }
farm_load_modules
farm_check_program
farm_flags "$(sed -n 's/.*slots *= *\([0-9]*\).*/\1/p;q' "$hosts" | grep . || echo 1)"
exec "$farm/jobscripts/farmrun" --hostfile "$hosts" -- "$program" "$@"
