#!/usr/bin/env bash
# run_commands.sh FARM_APP [LAUNCHER...]: farm_app run as a user would call it: awkward commands, limits,
# signals, results, decks. What one command does in detail is in the unit tests.
# shellcheck disable=SC2016  # the shells of the commands shall see it
set -u
app=$1
shift
launcher=("$@")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export LC_ALL=C.UTF-8

fail() {
  echo "run_commands.sh: $*" >&2
  tail -n 20 said >&2
  exit 1
}
run() { "${launcher[@]}" "$app" run "$@" 2>said; }

# expect STATUS ARGUMENT...   the run ends so; what it printed is in `out`
expect() {
  local wanted=$1 status=0
  shift
  run "$@" >out </dev/null || status=$?
  ((status == wanted)) || fail "status $status, not $wanted, of: $*"
}

has() { grep -qF -- "$2" "$1" || fail "no '$2' in $1: $(cat "$1")"; }

# Bytes of any kind, many of them, and both streams.
head -c 3000000 /dev/urandom >bytes
expect 0 cat ::: bytes
cmp out bytes || fail "binary output has changed"
mebibytes=$((${FARM_TEST_FULL:-0} > 0 ? 1024 : 48))
status=0
run "head -c {}M /dev/zero | tr '\0' x" ::: "$mebibytes" | cksum >sum || status=$?
((status == 0)) || fail "status $status of much output"
[[ $(cat sum) == "$(head -c ${mebibytes}M /dev/zero | tr '\0' x | cksum)" ]] || fail "$mebibytes MiB have changed"
long=$(printf 'x%.0s' {1..100000})
printf 'echo %s\n' "$long" >tasks
expect 0 tasks
[[ $(cat out) == "$long" ]] || fail "a line of 100 kB has changed"
expect 0 'printf "%s|" {} ' ::: $'two\nlines' "it's" '"q"' 'ü€' '$(false)' '*'
has out "it's|"
has out '$(false)|'
has out $'two\nlines|'

# How commands end.
expect 3 --joblog log '{}' ::: no-such-program-here /etc/passwd 'kill -KILL $$' true
has said "3 failed"
grep -q -P '\t127\t0\tno-such' log || fail "no 127 in the log"
grep -q -P '\t126\t0\t/etc/passwd' log || fail "no 126 in the log"
grep -q -P '\t0\t9\tkill' log || fail "no signal in the log"
expect 1 --timeout 1 --grace 0.2 --joblog log 'trap "" TERM; echo begun; sleep 60 & wait; sleep 60' ::: 1
has out begun
expect 0 'exec >&-; true' ::: 1
SECONDS=0
expect 0 'sleep 30 & echo detached' ::: 1
((SECONDS < 25)) || fail "a detached process held the run up"
expect 1 --retries 3 'echo try >>tries; false' ::: 1
[[ $(wc -l <tries) == 3 ]] || fail "$(wc -l <tries) tries"
expect 5 --halt now,fail=1 'test {} = 3 && exit 5; sleep 0.0{}; test {} -lt 4 || sleep 20' ::: 1 2 3 4 5 6
# Between two starts nothing is done; and nothing is waited for in the end.
TIMEFORMAT='%U %S %R'
{ time "$app" run --delay 2 true ::: 1 2 2>said || fail "status $? with a delay"; } 2>took
awk '{ exit !($1 + $2 < 1 && $3 >= 2 && $3 < 3.5) }' took || fail "CPU and time of a delay of 2 s: $(cat took)"
for ending in TERM=102 INT=130; do
  rm -f out
  "$app" run --delay 60 --report table.json 'echo {}' ::: 1 2 >out 2>said </dev/null &
  job=$!
  for ((i = 0; i < 300; ++i)); do
    if [[ -s out ]]; then break; fi
    sleep 0.1
  done
  SECONDS=0
  kill -"${ending%=*}" "$job"
  status=0
  wait "$job" || status=$?
  ((status == ${ending#*=})) || fail "status $status in a delay, not $ending"
  python3 -c 'import json; assert len(json.load(open("table.json"))) == 1' || fail "$ending: no table.json"
  ((SECONDS < 5)) || fail "$ending took $SECONDS s in a delay"
done

# Where output and records go.
expect 0 --results res --tag --keep-order echo ::: a b
[[ $(cat out) == $'a\ta\nb\tb' ]] || fail "tags: $(cat out)"
expect 0 --tag --ungroup echo ::: a
[[ $(cat out) == a ]] || fail "GNU parallel leaves tags out there: $(cat out)"
[[ $(cat res/2/stdout) == b ]] || fail "results: $(find res)"
expect 0 --report table.json 'echo {1}{2}' ::: 1 2 ::: x
python3 -c 'import json; assert len(json.load(open("table.json"))) == 2' || fail "no table.json"
printf 'mu = {{ mu }}\n{%% for i in range(2) %%}{{ i }};{%% endfor %%}\n' >deck.j2
expect 0 --template deck.j2=run.in --own-directory dirs --range mu=0:1:0.5 --keep-order cat run.in
[[ $(head -n 1 out) == 'mu = 0' && $(grep -c '^0;1;$' out) == 3 ]] || fail "decks: $(cat out)"
printf 'echo first\n#DISBATCH BARRIER\n#DISBATCH PREFIX echo [\n#DISBATCH SUFFIX ]\nx\n#DISBATCH REPEAT 2 start 7 $DISBATCH_REPEAT_INDEX\n' >tasks
expect 0 --keep-order tasks
has out '[x]'
has out '[8]'
expect 255 --bogus echo ::: 1
has said 'farm_app run --help'

# What must not happen in silence.
expect 1 --halt soon,fail=1 'test {} != 1 && sleep 0.3' ::: {1..30}
has said 'not run'
printf 'false\n#DISBATCH BARRIER CHECK\necho must not run\n' >tasks
expect 1 --joblog log tasks
expect 255 --joblog log --resume tasks
[[ ! -s out ]] || fail "a barrier was forgotten"
cp log before
expect 255 --joblog log --halt soon,fial=1 tasks
cmp log before || fail "a typo has cost the log"
expect 255 --joblog log no-such-tasks.txt
cmp log before || fail "a typo in the file has cost the log"
for option in --mem --memfree; do
  expect 255 "$option" 1000T --joblog log true ::: 1
  cmp log before || fail "$option has cost the log"
  has said "$option 1000 TiB: no host has so much memory"
done
printf 'sleep 0.3; echo 1 >>order; test -e flag\n#DISBATCH BARRIER\necho 2 >>order; test -e flag\n' >tasks
expect 2 --joblog barred tasks
rm order
: >flag
expect 0 --joblog barred --retry-failed tasks
[[ $(cat order) == $'1\n2' ]] || fail "--retry-failed has left out a barrier"
printf '#DISBATCH PERENGINE STOP echo stopping\necho result\n' >tasks
expect 0 --results kept tasks
[[ $(cat kept/1/stdout) == result ]] || fail "PERENGINE has written over a result"
# Without engines nothing can run: what has not is no failure, so that --resume runs it.
if ((${#launcher[@]} > 0)); then
  expect 255 --farm-crashes 100 --joblog stranded 'kill -KILL $PPID; sleep 9 #' ::: 1 2 3
  [[ $(wc -l <stranded) == 1 ]] || fail "commands that no engine was left for are in the log"
fi
# The last that is written is the first that does not fit.
printf '#DISBATCH PERENGINE STOP echo stopping\ntrue\n' >tasks
status=0
"${launcher[@]}" sh -c 'exec "$0" run tasks >/dev/full' "$app" 2>said </dev/null || status=$?
((status == 255)) || fail "status $status where the last output is lost"
has said 'standard output cannot be written to: No space left'
printf 'echo a\n#DISBATCH NOPE\n' | "${launcher[@]}" "$app" run --joblog log - >out 2>said
[[ $(wc -l <log) == 2 ]] || fail "what ran before an error of the source is not in the log"

# A stream that is still being written.
(
  echo 'echo one'
  sleep 1
  echo 'echo two'
) | "${launcher[@]}" "$app" run - >out 2>said || fail "status $? of a stream"
[[ $(sort out | tr '\n' ' ') == 'one two ' ]] || fail "stream: $(cat out)"

rm -f out
# Told to end, it lets go on what runs, and says that something is left.
"${launcher[@]}" "$app" run --joblog log 'sleep 0.2; echo {}' ::: {1..40} >out 2>said </dev/null &
job=$!
for ((i = 0; i < 300; ++i)); do
  if [[ -s out ]]; then break; fi
  sleep 0.1
done
kill -USR1 "$job"
kill -USR1 "$job"
status=0
wait "$job" || status=$?
((status == 102)) || fail "status $status of a run that drained"
[[ $(grep -c -P '^\d' log) == "$(wc -l <out)" ]] || fail "the log does not fit what was printed"
expect 255 --joblog log --resume 'sleep 0.1; echo {}' ::: {1..40}
has said --force-resume
expect 0 --joblog log --resume 'sleep 0.2; echo {}' ::: {1..40}
[[ $(grep -c -P '^\d' log) == 40 ]] || fail "the resume ran something twice or not at all"
