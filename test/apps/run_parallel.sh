#!/usr/bin/env bash
# run_parallel.sh FARM_APP [LAUNCHER...]: farm_app run beside GNU parallel on the same inputs: what is
# run, the log, the exit status, and what runs again.
set -u
app=$1
shift
launcher=("$@")
if ! command -v parallel >/dev/null; then
  echo "skipped: no GNU parallel"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export LC_ALL=C.UTF-8
failures=0

fail() {
  echo "run_parallel.sh: $*" >&2
  failures=$((failures + 1))
}

ours() { "${launcher[@]}" "$app" run "$@" 2>>said; }
theirs() { parallel --will-cite -j 2 "$@" 2>>said; }

# What of a log does not depend on time and place, in the order of the commands.
facts() { sed '1!{s/\x00/\\0/g}' "$1" | cut -f 1,7,8,9 | sort -n; }

same() {
  if ! diff "$1" "$2" >difference; then
    fail "$3: ours, then GNU parallel's:"
    cat difference >&2
  fi
}

# compare NAME ARGUMENT...   both run, with a log each; statuses, outputs and logs are the same
compare() {
  local name=$1 status_ours=0 status_theirs=0
  shift
  rm -f ours.log theirs.log
  ours --joblog ours.log --keep-order "$@" >ours.out </dev/null || status_ours=$?
  theirs --joblog theirs.log --keep-order "$@" >theirs.out </dev/null || status_theirs=$?
  ((status_ours == status_theirs)) ||
    fail "$name: status $status_ours, and $status_theirs of GNU parallel"
  same ours.out theirs.out "$name, output"
  facts ours.log >ours.facts
  facts theirs.log >theirs.facts
  same ours.facts theirs.facts "$name, log"
}

# shellcheck disable=SC2016  # the shell of the commands shall see it
compare product echo '{1}-{2}' ::: a b c ::: 'x y' "it's" '$HOME' '*'
compare replacement echo '{.} {/} {//} {/.} {#}' ::: /tmp/a.b.c d/e.txt f .g
compare links echo ::: 1 2 3 :::+ A B C
compare appended echo ::: 'two  blanks' 'a;b' 'q"q' ü€ ''
compare statuses 'exit {}' ::: 0 1 2 3 0 127 126 255
# shellcheck disable=SC2016
compare signals 'kill -s {} $$' ::: TERM KILL INT USR1
compare missing ::: 'no-such-program-here x' true
printf 'one\ntwo words\n"quoted"\n' >lines
compare lines echo '[{}]' :::: lines
printf 'a,1\nb,2\n' >table
compare columns --colsep , echo '{2}:{1}' :::: table
printf 'name,value\na,1\nb,2\n' >named
compare header --colsep , --header=: echo '{value}={name}' :::: named
seq 150 >many
compare many_failures 'exit 1 #' :::: many
compare retried --retries 3 'exit {}' ::: 0 4
compare tags --tag echo ::: a b
printf 'echo plain\necho "a  b" | tr a z\nfalse\nexit 7\n' >tasks
rm -f ours.log theirs.log
ours --joblog ours.log --keep-order tasks >ours.out </dev/null
status=$?
theirs --joblog theirs.log --keep-order <tasks >theirs.out
((status == $?)) || fail "task file: another status than $status"
same ours.out theirs.out "task file, output"
facts ours.log >ours.facts
facts theirs.log >theirs.facts
same ours.facts theirs.facts "task file, log"
head -n 1 ours.log >ours.header
head -n 1 theirs.log >theirs.header
same ours.header theirs.header "header of the log"

# again NAME OPTION   what runs again of a log with failures and gaps, with a file that counts
again() {
  local side
  for side in ours theirs; do
    rm -f flags.* "$side.log" "$side.ran"
    "$side" --joblog "$side.log" "echo {} >>$side.ran; test {} -ne 3 || test -e flags.{}; test {} -ne 5" \
      ::: 1 2 3 4 5 6 >/dev/null </dev/null
    grep -v -P '^2\t' "$side.log" >"$side.less"
    mv "$side.less" "$side.log"
    : >flags.3
    : >"$side.ran"
    if [[ $2 == --retry-failed ]]; then
      "$side" --joblog "$side.log" "$2" >/dev/null </dev/null
    else
      "$side" --joblog "$side.log" "$2" \
        "echo {} >>$side.ran; test {} -ne 3 || test -e flags.{}; test {} -ne 5" \
        ::: 1 2 3 4 5 6 >/dev/null </dev/null
    fi
    echo "status $?" >>"$side.ran"
    sort "$side.ran" -o "$side.ran"
  done
  same ours.ran theirs.ran "$1"
}
again resume --resume
again resume_failed --resume-failed
again retry_failed --retry-failed

if ((failures > 0)); then tail -n 20 said >&2; fi
exit $((failures > 0))
