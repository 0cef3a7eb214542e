#!/usr/bin/env bash
# run_resume.sh FARM_APP ROUNDS LAUNCHER...: the whole job of farm_app run is killed at a random
# moment and started again with --resume: nothing is lost, nothing that the log has runs again, and
# nothing is left running.
set -u
app=$1
rounds=$2
shift 2
launcher=("$@")
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$seed
count=120
echo "seed $seed"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

fail() {
  echo "run_resume.sh (SEED=$seed), round $round: $*" >&2
  tail -n 5 said >&2
  exit 1
}

# A number that no other process has in its command line, so that what is left behind is found.
mark=farm$$
start() {
  "${launcher[@]}" "$app" run --joblog log --resume \
    "sleep 0.0{}5; echo $mark >/dev/null; echo {} >>ran" ::: $(seq "$count") >out 2>>said </dev/null
}

# The processes below $1, itself included.
tree() {
  local children child
  echo "$1"
  read -ra children < <(cat /proc/"$1"/task/*/children 2>/dev/null | tr '\n' ' ')
  for child in "${children[@]}"; do tree "$child"; done
}

for ((round = 1; round <= rounds; ++round)); do
  rm -f log ran said out
  start &
  job=$!
  wait_ms=$((300 + RANDOM % 3000))
  sleep "$((wait_ms / 1000)).$(printf '%03d' $((wait_ms % 1000)))"
  mapfile -t processes < <(tree "$job")
  kill -KILL "${processes[@]}" 2>/dev/null
  wait "$job" 2>/dev/null
  # The keepers see it at once; a loaded machine may take a while to run them.
  for ((i = 0; i < 100; ++i)); do
    pgrep -f "echo $mark" >left || break
    sleep 0.1
  done
  if [[ -s left ]]; then fail "still running after 10 s: $(pgrep -af "echo $mark")"; fi
  touch log ran
  # The lines that are whole.
  grep -aP '^\d+\t.*ran$' log | cut -f 1 | sort >logged
  sort ran >before
  start || fail "status $? after the resume"
  cut -f 1 log | grep -v Seq | sort -n | uniq >all
  [[ $(wc -l <all) == "$count" ]] || fail "$(wc -l <all) of $count commands are in the log"
  [[ $(sort -u ran | wc -l) == "$count" ]] || fail "$(sort -u ran | wc -l) of $count commands ran"
  [[ -z $(cut -f 1 log | sort | uniq -d) ]] || fail "twice in the log: $(cut -f 1 log | sort | uniq -d)"
  twice=$(sort ran | uniq -d | comm -12 - logged)
  [[ -z $twice ]] || fail "ran again, though the log had it: $twice"
  echo "round $round: killed after $wait_ms ms, $(wc -l <logged) logged, $(wc -l <before) had run"
done
