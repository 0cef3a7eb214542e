#!/usr/bin/env bash
# One round of a campaign: a job of farm_app tenacity, what happens to it, and what came of it.
#
#   round.sh SCENARIO SEED      with FARM_APP, FARMRUN and MPIEXEC in the environment
#
# Prints one line and succeeds if all went well; 77 if this machine cannot do it. FARM_KEEP names a
# folder for the files of rounds that failed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/scenarios.sh"
simulated=$here/../hosts/hosts.sh
name=$1 seed=$2
RANDOM=$((seed % 32768))
: $RANDOM # seeds that are neighbours begin alike
hosts=0 np=0 farmrun='' harm=none mpi=() work=()
scenario "$name" || { echo "there is no scenario $name" && exit 2; }
if ((hosts > 0 || ${#mpi[@]} > 0)) && ! "$MPIEXEC" --version | grep -qE 'Open ?(MPI|RTE)'; then
  echo "skipped: $name is written for Open MPI"
  exit 77
fi
if ((hosts > 0)) && [[ -z ${FARM_HOSTS-} ]]; then
  exec "$simulated" run "$hosts" "${BASH_SOURCE[0]}" "$name" "$seed"
fi

work_folder=$(mktemp -d "${TMPDIR:-/tmp}/farmround.XXXXXX")
job=''
leave() {
  [[ -z $job ]] || kill -TERM "$job" 2>/dev/null
  ! mountpoint -q "$work_folder/disk" || umount -l "$work_folder/disk"
  rm -rf "$work_folder"
}
trap leave EXIT
cd "$work_folder" || exit 1
journal=$PWD/journal
if [[ $name == disk ]]; then
  mkdir disk
  mount -t tmpfs -o size=16m tmpfs disk 2>/dev/null || { echo "skipped: cannot mount a small disk" && exit 77; }
  journal=$PWD/disk/journal
fi

# --- the job --------------------------------------------------------------------------------------

line=()
if ((hosts > 0)); then line=("$simulated" on "${FARM_HOSTS%% *}"); fi
where=()
if ((hosts > 0)); then where=(-H "$(sed 's/ /:2,/g; s/$/:2/' <<<"$FARM_HOSTS")"); fi
if [[ -n $farmrun ]]; then
  # Between two starts, what was committed is copied.
  export FARM_MPIRUN=$here/mpirun_between FARM_ROUND_JOURNAL=$journal
  line+=("$FARMRUN" -r 3 -n "$np" "${where[@]}" --)
else
  line+=("$MPIEXEC" -n "$np" "${where[@]}")
fi
if ((hosts == 0)) && [[ -n ${MPIEXEC_FLAGS-} ]]; then line+=("$MPIEXEC_FLAGS"); fi
line+=("${mpi[@]}" "$FARM_APP" tenacity --seed "$seed" --log "$PWD/log" --farm-journal "$journal" "${work[@]}")

# value_of OPTION: its value among the words for the work.
value_of() {
  local i
  for ((i = 0; i < ${#work[@]}; ++i)); do
    if [[ ${work[i]} == "$1" ]]; then echo "${work[i + 1]}"; fi
  done
}
tasks=$(value_of --tasks)
# shellcheck disable=SC2034 # for the harm
span=$(awk -v n="$tasks" -v s="$(value_of --seconds)" -v e=$((np - 1)) 'BEGIN { print n * s / e }')

began=$(date +%s%N)
done_to='' harmed_at=''
: >out
timeout -k 9 150 "${line[@]}" >out 2>err </dev/null &
job=$!
for ((i = 0; i < 600; ++i)); do
  if grep -q '^seed ' out; then break; fi
  kill -0 "$job" 2>/dev/null || break
  sleep 0.05
done
if grep -q '^seed ' out; then $harm; fi
status=0
wait "$job" || status=$?
job=''
if [[ $harm == fill_disk ]]; then
  # What could not be written runs again.
  "$FARM_APP" records "$journal" --label tenacity --status "done" --csv >committed.1
  FARM_ATTEMPT=1 timeout -k 9 150 "${line[@]}" >>out 2>>err </dev/null || status=$?
fi
seconds=$(awk -v ns=$(($(date +%s%N) - began)) 'BEGIN { printf "%.1f", ns / 1e9 }')

# --- what came of it ------------------------------------------------------------------------------

# The places in their call of the tasks that the list $1 of the journal's has, ascending.
recorded() { awk -F, 'NR > 1 && $1 ~ /^[0-9]+$/ { print $1 - $2 }' "$1" | sort -n; }
"$FARM_APP" records "$journal" --label tenacity --status "done" --csv >records.csv 2>records.err
records=$(recorded records.csv | wc -l)
doubled=$(recorded records.csv | uniq -d | wc -l)

# Tasks that ran at a later start although an earlier one had committed them.
again=0
for csv in committed.*; do
  [[ -e $csv ]] || continue
  start=${csv#committed.}
  ran=$(awk -v start="$start" '$1 == "end" && $2 >= start { print $3 }' log | sort -u)
  again=$((again + $(comm -12 <(echo "$ran") <(recorded "$csv" | sort -u) | wc -l)))
done
# What was lost: the oldest result before the harm that had to be computed once more.
lost=0
if [[ $harm == kill_hub || $harm == kill_mpirun ]] && [[ -n $harmed_at ]]; then
  lost=$(awk -v harm="$harmed_at" '$1 == "end" && $2 == 0 && $6 < harm { seen[$3] = $6 }
    $1 == "end" && $2 > 0 && $3 in seen && harm - seen[$3] > most { most = harm - seen[$3] }
    END { printf "%.2f", most / 1e6 }' log)
fi
# How long after the death of an engine the task that it had begun began elsewhere, at the most.
rerun=$(sort -n -k6,6 log | awk '$1 == "begin" { running[$5] = $3 }
  $1 == "begin" && $3 in died { if ($6 - died[$3] > most) most = $6 - died[$3]; delete died[$3] }
  $1 == "end" { delete running[$5] }
  $1 == "dies" && $5 in running { died[running[$5]] = $6 }
  END { printf "%.3f", most / 1e6 }')
starts=$(cut -d' ' -f2 log | sort -u | wc -l)
engines=$(sed -n "s/^\([0-9]*\) of \([0-9]*\) engines lost.*/\1\/\2/p" out | tail -n 1)

faults=()
((status == 0)) || faults+=("status")
# What rank 0 prints goes with an mpirun that dies; its status does not.
[[ $harm == kill_mpirun && $starts == 1 ]] || grep -q '^every result is right' out || faults+=("results")
[[ $harm != fill_disk ]] || grep -q "cannot be written: database or disk is full" err || faults+=("silent")
((records == tasks)) || faults+=("records")
((doubled == 0)) || faults+=("doubled")
((again == 0)) || faults+=("again")
awk -v lost="$lost" 'BEGIN { exit lost > 0.5 }' || faults+=("lost")
if [[ $harm != switch_off ]]; then # whose processes are stopped, and go with their hosts
  for ((i = 0; i < 50; ++i)); do
    if [[ -z $(pgrep -f "log $work_folder/log") ]]; then break; fi
    sleep 0.1
  done
  ((i < 50)) || faults+=("processes")
fi

verdict=ok
if ((${#faults[@]} > 0)); then
  verdict="FAILED:$(IFS=,; echo "${faults[*]}")"
  if [[ -n ${FARM_KEEP-} ]]; then
    mkdir -p "$FARM_KEEP/$name.$seed"
    cp out err records.err log committed.* "$FARM_KEEP/$name.$seed" 2>/dev/null
  fi
fi
printf '%-12s seed=%-6s np=%-3s hosts=%-2s status=%-3s lost_engines=%-5s starts=%s records=%s/%s doubled=%s again=%s lost=%ss rerun=%ss %5ss %s %s\n' \
  "$name" "$seed" "$np" "$hosts" "$status" "${engines:--}" "$starts" "$records" "$tasks" "$doubled" "$again" "$lost" \
  "$rerun" "$seconds" "${done_to:--}" "$verdict"
[[ $verdict == ok ]]
