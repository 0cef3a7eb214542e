# shellcheck shell=bash disable=SC2154  # run.sh sources this and sets what is not set here
# The command `true` many times: by farm_app run, by GNU parallel, and by a loop of posix_spawn.

# logged SIDE COMMAND...   a command that writes $work/joblog; the time is from the first start there
# to the last end
logged() {
  local side=$1
  shift
  rm -rf "$work"/joblog "$work"/results "$work"/journal*
  timeout --foreground --kill-after=10 "$((5 * limit))" "$@" </dev/null >"$work/output" 2>&1 || {
    cat "$work/output" >&2
    echo "run.sh: status $? from: $*" >&2
    exit 1
  }
  # shellcheck disable=SC2034  # run.sh keeps them
  names=question,side,np,tasks,seconds,rate
  # shellcheck disable=SC2034
  values=command_rate,$side,$ranks,$(awk -F'\t' '
    NR == 1 { next }
    NR == 2 || $3 < first { first = $3 }
    $3 + $4 > last { last = $3 + $4 }
    END { printf "%d,%.9g,%.9g", NR - 1, last - first, (NR - 1) / (last - first) }' "$work/joblog")
}

compare_command_rates() {
  local table=$work/table round count=${tasks[1]:-20000} ranks=${np:-3} few keeps
  # GNU parallel would take a minute for as many.
  few=$((count < 2000 ? count : 2000))
  build_programs farm_app command_rate_floor
  keeps=(--joblog "$work/joblog")
  awk -v count="$count" 'BEGIN { while (count-- > 0) print "true" }' >"$work/tasks"
  head -n "$few" "$work/tasks" >"$work/few"
  for ((round = 1; round <= rounds; ++round)); do
    on_ranks "$ranks" "$build/farm_app" run "${keeps[@]}" --results "$work/results" \
      --results-style stream --farm-journal "$work/journal" "${farm_options[@]}" "$work/tasks"
    logged farm "${launch[@]}"
    keep "$table" "$round"
    measure "$build/benchmarks/command_rate_floor" --tasks "$count" --workers "$((ranks - 1))"
    keep "$table" "$round"
    if command -v parallel >/dev/null; then
      logged parallel parallel --will-cite -j "$((ranks - 1))" "${keeps[@]}" -a "$work/few"
      keep "$table" "$round"
    fi
  done
  say "np=$ranks farm=$(median_of "$table" ,farm, rate) floor=$(median_of "$table" ,floor, rate)" \
    "parallel=$(median_of "$table" ,parallel, rate)" \
    "speedup_parallel=$(ratio_of "$table" ,farm, ,parallel, rate)" \
    "ratio=$(ratio_of "$table" ,farm, ,floor, rate)"
}
