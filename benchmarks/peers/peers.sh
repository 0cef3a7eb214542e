# shellcheck shell=bash disable=SC2154  # run.sh sources this and sets what is not set here
# Sourced by run.sh: each peer and the farm in turn, at one worker and one task in a message; and a
# push of 8 MiB to two engines.

# The first Python that has module $1: packages of Debian serve Debian's own interpreter, which
# need not be the first on the path.
python_with() {
  local python
  for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    if "$python" -c "import $1" >/dev/null 2>&1; then
      echo "$python"
      return
    fi
  done
  return 1
}

# peer_command NAME   the peer's command line, in the array `launch`; fails where it is missing
peer_command() {
  local python here=benchmarks/peers
  case $1 in
    mpi4py.futures)
      python=$(python_with mpi4py.futures) || return 1
      on_ranks 2 "$python" -B -m mpi4py.futures "$here/mpi4py_futures.py"
      ;;
    ipyparallel)
      python=$(python_with ipyparallel) || return 1
      launch=("$python" -B "$here/ipyparallel_view.py")
      ;;
    multiprocessing)
      python=$(python_with multiprocessing) || return 1
      launch=("$python" -B "$here/multiprocessing_pool.py")
      ;;
    gnu_parallel)
      parallel --version </dev/null 2>/dev/null | grep 'GNU parallel' >/dev/null || return 1
      launch=("$here/gnu_parallel.sh")
      ;;
  esac
}

# field NAME   a value of the row that was measured last
field() { column <(printf '%s\n' "$names" "$values") . "$1"; }

# The farm's figures in one row, as the peers print theirs.
measure_farm() {
  local rate
  on_ranks 2 "$build/benchmarks/task_rate_farm" --window "${window:-16}" "${farm_options[@]}"
  measure "${launch[@]}"
  rate=$(field tasks),$(field seconds),$(field rate)
  on_ranks 2 "$build/benchmarks/latency_farm" "${farm_options[@]}"
  measure "${launch[@]}"
  values="peers,farm,$rate,$(field median_us)"
  names=question,name,tasks,seconds,rate,latency_us
}

# compare PEER PACKAGE
compare() {
  local name=$1 table=$work/$1 round peer latencies=()
  if ! peer_command "$name"; then
    say "name=$name missing: install the Debian package $2"
    return
  fi
  peer=("${launch[@]}" "${tasks[@]}")
  for ((round = 1; round <= rounds; ++round)); do
    measure_farm
    keep "$table" "$round"
    measure "${peer[@]}"
    keep "$table" "$round"
  done
  # A program that is started for each batch has no latency of a task.
  if [[ $(column "$table" ",$name," latency_us) == *[0-9]* ]]; then
    latencies=("latency_us=$(median_of "$table" ",$name," latency_us)"
      "farm_latency_us=$(median_of "$table" ,farm, latency_us)")
  fi
  say "name=$name rate=$(median_of "$table" ",$name," rate)" \
    "farm=$(median_of "$table" ,farm, rate)" \
    "times=$(ratio_of "$table" ,farm, ",$name," rate)" "${latencies[@]}"
}

# compare_push   8 MiB to two engines of ipyparallel's direct view and of the farm's
compare_push() {
  local table=$work/push round python
  if ! python=$(python_with ipyparallel); then
    say "name=ipyparallel_push missing: install the Debian package python3-ipyparallel"
    return
  fi
  for ((round = 1; round <= rounds; ++round)); do
    on_ranks 3 "$build/benchmarks/collectives_farm" --op push8 "${farm_options[@]}"
    measure "${launch[@]}"
    values="peers,farm_push,$(field bytes),$(field ms),"
    names=question,name,bytes,ms,list_ms
    keep "$table" "$round"
    measure "$python" -B benchmarks/peers/ipyparallel_push.py
    keep "$table" "$round"
  done
  say "name=ipyparallel_push ms=$(median_of "$table" ,ipyparallel_push, ms)" \
    "list_ms=$(median_of "$table" ,ipyparallel_push, list_ms)" \
    "farm_ms=$(median_of "$table" ,farm_push, ms)" \
    "times=$(ratio_of "$table" ,ipyparallel_push, ,farm_push, ms)"
}

compare_peers() {
  build_programs task_rate_farm latency_farm collectives_farm
  compare mpi4py.futures python3-mpi4py
  compare ipyparallel python3-ipyparallel
  compare multiprocessing python3
  compare gnu_parallel parallel
  compare_push
}
