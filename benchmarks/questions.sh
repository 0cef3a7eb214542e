# shellcheck shell=bash disable=SC2154  # run.sh sources this and sets what is not set here
# Sourced by run.sh: for each question its configurations, and the line that sums one up.

build_both() { build_programs "${question}_farm" "${question}_floor"; }

# say TABLE KEY=VALUE...   adds a line to the summary
say() { summary+=("$question $*"); }

# rates NP WINDOW   a configuration of one of the rate questions
rates() {
  local table=$work/$1_$2.csv
  both_sides "$table" "$1" --window "$2" "${tasks[@]}"
  say "np=$1 window=$2 farm=$(median_of "$table" ,farm, rate)" \
    "floor=$(median_of "$table" ,floor, rate) ratio=$(ratio_of "$table" ,farm, ,floor, rate)"
}

# The window that hides the round trip of one engine is 16; many engines hide it by their number.
usual_window() { if (($1 == 2)); then echo 16; else echo 2; fi; }

ask_task_rate() {
  build_both
  if [[ -n $np$window ]]; then
    rates "${np:-2}" "${window:-$(usual_window "${np:-2}")}"
    return
  fi
  rates 2 16
  rates 8 2
  rates 64 2
}

ask_task_rate_auto() {
  build_both
  rates "${np:-2}" "${window:-16}"
}

ask_latency() {
  local table=$work/table
  build_both
  both_sides "$table" "${np:-2}" "${tasks[@]}"
  say "np=${np:-2} farm=$(median_of "$table" ,farm, median_us)" \
    "floor=$(median_of "$table" ,floor, median_us)" \
    "ratio=$(ratio_of "$table" ,farm, ,floor, median_us)" \
    "farm_mean=$(median_of "$table" ,farm, mean_us)" \
    "floor_mean=$(median_of "$table" ,floor, mean_us)"
}

ask_memory() {
  local table case
  build_programs memory_farm
  # A process for each case: what one frees, the next would fill without growing.
  for case in map apply; do
    table=$work/$case
    both_sides "$table" "${np:-2}" --case "$case" "${tasks[@]}"
    say "np=${np:-2} case=$case tasks=$(median_of "$table" ,farm, tasks)" \
      "bytes=$(median_of "$table" ,farm, bytes)"
  done
}

ask_idle() {
  local table=$work/table
  build_both
  both_sides "$table" "${np:-64}"
  say "np=${np:-64} percent=$(median_of "$table" ,farm, percent)" \
    "max_percent=$(median_of "$table" ,farm, max_percent)" \
    "hub_percent=$(median_of "$table" ,farm, hub_percent)" \
    "wake_us=$(median_of "$table" ,farm, wake_us)" \
    "floor_percent=$(median_of "$table" ,floor, percent)" \
    "floor_wake_us=$(median_of "$table" ,floor, wake_us)"
}

ask_peers() {
  source benchmarks/peers/peers.sh
  compare_peers
}
