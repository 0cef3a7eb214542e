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
  # The direct view asks all engines at once, so that one engine alone would say little.
  table=$work/direct
  both_sides "$table" "${np:-8}" --case direct "${tasks[@]}"
  say "case=direct np=${np:-8} farm=$(median_of "$table" ,farm, median_us)" \
    "floor=$(median_of "$table" ,floor, median_us)" \
    "ratio=$(ratio_of "$table" ,farm, ,floor, median_us)"
}

# moves NP OPERATION [ms]   a configuration of the question collectives; with ms, its times, too
moves() {
  local np=$1 op=$2 table=$work/$1_$2.csv times=()
  both_sides "$table" "$np" --op "$op"
  if [[ ${3:-} == ms ]]; then
    times=("farm_ms=$(median_of "$table" ,farm, ms)" "floor_ms=$(median_of "$table" ,floor, ms)")
  fi
  say "np=$np op=$op bytes=$(column "$table" ,farm, bytes | median)" \
    "farm=$(median_of "$table" ,farm, rate) floor=$(median_of "$table" ,floor, rate)" \
    "ratio=$(ratio_of "$table" ,farm, ,floor, rate)" "${times[@]}"
}

ask_collectives() {
  local ranks op
  build_both
  moves "${np:-3}" push8 ms
  for ranks in ${np:-3 5 8}; do
    for op in push scatter gather; do moves "$ranks" "$op"; done
  done
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

# The policy alone, without ranks: --np counts rank 0 too, as everywhere.
ask_scheduler() {
  local table engines some='10 1000 10000' count=${tasks[1]:-1000000} round
  build_programs scheduler_farm
  if [[ -n $np ]]; then some=$((np - 1)); fi
  for engines in $some; do
    table=$work/$engines
    for ((round = 1; round <= rounds; ++round)); do
      measure "$build/benchmarks/scheduler_farm" --engines "$engines" --tasks "$count" \
        --hwm "${window:-16}"
      keep "$table" "$round"
    done
    say "engines=$engines tasks=$count rate=$(median_of "$table" ,farm, rate)"
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

quotient() { short "$(awk -v a="$1" -v b="$2" 'BEGIN { print a / b }')"; }

# timed SIDE NP RANKING COMMAND...   runs a command that writes the ranking, timed from outside, from
# its start to its end; the row has the words that differ, so that nobody wins by leaving out some
timed() {
  local side=$1 np=$2 ranking=$3 start end seconds different
  shift 3
  start=$EPOCHREALTIME
  timeout --foreground --kill-after=10 "$((5 * limit))" "$@" </dev/null >"$work/output" 2>&1 || {
    cat "$work/output" >&2
    echo "run.sh: failed: $*" >&2
    exit 1
  }
  end=$EPOCHREALTIME
  # In microseconds: the separator of EPOCHREALTIME is the locale's.
  seconds=$(awk -v us="$((${end//[!0-9]/} - ${start//[!0-9]/}))" 'BEGIN { print us / 1e6 }')
  different=$(grep -c -v '^word,count$' "$ranking")
  # shellcheck disable=SC2034  # run.sh keeps them
  names=question,side,np,bytes,different,seconds,rate
  # shellcheck disable=SC2034
  values=wordcount,$side,$np,$bytes,$different,$seconds,$(
    awk -v bytes="$bytes" -v seconds="$seconds" 'BEGIN { print bytes / 1e6 / seconds }'
  )
}

# Words between white space, the same for all three. --tasks is the size of the text in MiB.
ask_wordcount() {
  local table=$work/table text=$work/text ranking=$work/ranking ranks=${np:-3} cores bytes round
  build_programs farm_app wordcount_floor wordcount_generate
  "$build/benchmarks/wordcount_generate" --folder "$text" --mebibytes "${tasks[1]:-1024}"
  bytes=$(cat "$text"/* | wc -c)
  cores=$(nproc)
  if ((ranks - 1 < cores)); then cores=$((ranks - 1)); fi
  on_ranks "$ranks" "$build/farm_app" wordcount "$text" --separator whitespace --output "$ranking" \
    "${farm_options[@]}"
  for ((round = 1; round <= rounds; ++round)); do
    timed farm "$ranks" "$ranking" "${launch[@]}"
    keep "$table" "$round"
    timed floor 1 "$ranking" "$build/benchmarks/wordcount_floor" --folder "$text" --output "$ranking"
    keep "$table" "$round"
    # In the C locale, where sort is fastest. Once: it takes its time, and no small difference counts.
    if ((round > 1)); then continue; fi
    # shellcheck disable=SC2016  # the inner shell's
    timed pipeline 1 "$ranking" env LC_ALL=C sh -c \
      'cat "$1"/* | tr -s "[:space:]" "\n" | sort | uniq -c >"$2"' sh "$text" "$ranking"
    keep "$table" "$round"
  done
  if (($(column "$table" . different | sort -u | wc -l) != 1)); then
    echo "run.sh: farm, floor and pipeline do not agree on the words" >&2
    exit 1
  fi
  say "np=$ranks farm=$(median_of "$table" ,farm, rate) floor=$(median_of "$table" ,floor, rate)" \
    "pipeline=$(median_of "$table" ,pipeline, rate)" \
    "ratio=$(quotient "$(ratio_of "$table" ,farm, ,floor, rate)" "$cores")" \
    "speedup_pipeline=$(quotient "$(median_of "$table" ,farm, rate)" \
      "$(median_of "$table" ,pipeline, rate)")"
}

# all_schemes ROUNDS NP CASE ARGUMENT...   a program that prints a row per distribution and scheme
all_schemes() {
  local turns=$1 ranks=$2 case=$3 round cell found table=$work/$3
  shift 3
  on_ranks "$ranks" "$build/benchmarks/imbalance_farm" --case "$case" "$@" "${farm_options[@]}"
  for ((round = 1; round <= turns; ++round)); do
    measure "${launch[@]}"
    while read -r values; do
      if [[ $values != "$names" ]]; then keep "$table" "$round"; fi
    done <"$work/output"
  done
  while read -r cell; do
    found=",$cell,"
    say "np=$(column "$table" "$found" np | median) case=$case" \
      "distribution=${cell%,*} chunk=${cell#*,} chunks=$(median_of "$table" "$found" chunks)" \
      "fifo=$(median_of "$table" "$found" fifo_excess)" \
      "lpt=$(median_of "$table" "$found" lpt_excess)" \
      "excess=$(median_of "$table" "$found" excess)"
  done < <(awk -F, 'NR > 1 && !seen[$5 "," $6]++ { print $5 "," $6 }' "$table")
}

# In virtual time there is no noise, and one round says all.
ask_imbalance() {
  build_programs imbalance_farm
  all_schemes "$rounds" "${np:-3}" farm "${tasks[@]}"
  all_schemes 1 1 simulated --tasks 100
}

# with_and_without RATE TASKS   one configuration of the question journal, each run with a new file
with_and_without() {
  local offered=$1 table=$work/$1 round side with
  on_ranks "${np:-2}" "$build/benchmarks/journal_farm" --rate "$offered" --tasks "$2" \
    --window "${window:-16}" "${farm_options[@]}"
  for ((round = 1; round <= rounds; ++round)); do
    for side in with without; do
      with=()
      if [[ $side == with ]]; then with=(--farm-journal "$work/$offered.$round.journal"); fi
      measure "${launch[@]}" --side "$side" "${with[@]}"
      keep "$table" "$round"
    done
    rm -f "$work"/*.journal*
  done
  say "np=${np:-2} offered=$offered with=$(median_of "$table" ,with, rate)" \
    "without=$(median_of "$table" ,without, rate)" \
    "overhead=$(awk -v r="$(ratio_of "$table" ,with, ,without, rate)" 'BEGIN { print 1 - r }')"
}

ask_journal() {
  build_programs journal_farm
  with_and_without 0 "${tasks[1]:-1000000}"
  with_and_without 100000 "${tasks[1]:-300000}"
}

ask_metg() {
  local chunk table
  build_both
  for chunk in auto 1; do
    table=$work/$chunk
    both_sides "$table" "${np:-2}" --chunk "$chunk" --window "${window:-auto}"
    say "np=${np:-2} chunk=$chunk us=$(median_of "$table" ,farm, us)" \
      "floor=$(median_of "$table" ,floor, us) ratio=$(ratio_of "$table" ,farm, ,floor, us)"
  done
}

# handover CORES BYTES CRASH TASKS   a configuration of the question isolation
handover() {
  local table=$work/$1_$2_$3 round side
  for ((round = 1; round <= rounds; ++round)); do
    for side in farm floor; do
      measure "$build/benchmarks/isolation_$side" --cores "$1" --bytes "$2" --crash "$3" \
        --tasks "${tasks[1]:-$4}"
      keep "$table" "$round"
    done
  done
  say "cores=$1 bytes=$2 crash=$3 floor=$(median_of "$table" ,floor, us)" \
    "us=$(median_of "$table" ,farm, us)"
}

# Without ranks: two processes, on one core or on two.
ask_isolation() {
  local cores=1
  build_both
  if (($(nproc) > 1)); then cores=2; fi
  handover 1 8 0 20000
  handover "$cores" 1048576 0 2000
  handover "$cores" 65536 0 20000
  handover "$cores" 8 1 2000
  handover "$cores" 8 0 200000
}

ask_peers() {
  source benchmarks/peers/peers.sh
  compare_peers
}

ask_command_rate() {
  source benchmarks/command_rate/command_rate.sh
  compare_command_rates
}
