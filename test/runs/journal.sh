#!/usr/bin/env bash
# The hub is killed at a random moment, and the job started again with the same journal: no task that
# was committed runs again, and of those that had run at most the last half second does.
# usage: journal.sh NP ROUNDS
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")
count=300 # of a map, and as many single tasks
seed=${FARM_SEED:-$RANDOM}
RANDOM=$seed
echo "seed $seed"

now_ms() { date +%s%3N; }

# in_time LIMIT CONDITION...: waits until the command succeeds
in_time() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || fail "not in time: $*"
    sleep 0.01
  done
}

for ((round = 1; round <= $2; ++round)); do
  rm -f journal* ran*
  "${launch[@]}" "$JOURNALED" run "$count" 3 --farm-journal journal >first 2>err &
  job=$!
  in_time 30 grep -q '^hub ' first
  sleep "$((RANDOM % 2)).$((RANDOM % 1000))"
  kill -9 "$(awk '/^hub / { print $2 }' first)" || true
  killed=$(now_ms)
  wait "$job" || true
  sleep 0.3 # engines leave
  cp ran ran.first 2>/dev/null || : >ran.first

  run 0 "$JOURNALED" list journal "done"
  sort -n out >committed
  : >ran
  run 0 "${launch[@]}" "$JOURNALED" run "$count" 3 --farm-journal journal
  cp out second
  says second "sum $((3 * (2 * count) * (2 * count - 1) / 2))"

  # Ids are the tasks' own numbers here, because all are submitted in one go.
  again=$(awk 'NR == FNR { done[$1]; next } $1 in done { ++n } END { print n + 0 }' committed ran)
  ((again == 0)) || fail "round $round: $again tasks that were committed ran again"
  lost=$(awk -v limit="$((killed - 500))" \
    'NR == FNR { done[$1]; next } $2 < limit && !($1 in done) { ++n } END { print n + 0 }' \
    committed ran.first)
  ((lost == 0)) || fail "round $round: $lost results of more than half a second ago were lost"
  run 0 "$JOURNALED" list journal "done"
  (($(wc -l <out) == 2 * count)) || fail "round $round: $(wc -l <out) tasks are on record"
  echo "round $round: $(wc -l <committed) of $((2 * count)) tasks were on record, $(wc -l <ran) ran again"
done
