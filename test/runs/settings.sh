#!/usr/bin/env bash
# Options, variables and farm.ini: who counts, and what is refused.  usage: settings.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")
rm -f ./*.ini

# refused TEXT COMMAND...: status 2 and one line, whatever the launcher adds.
refused() {
  local text=$1
  shift
  run 2 "$@"
  says err "$text" 1
  says err "farm: " 1
}

run 0 "${launch[@]}" "$PROGRAM" settings --farm-chunk 5 --farm-hwm=0 --own -x --farm-seed 3 word
says out "chunk 5 hwm 0" 1
says out "arguments: settings --own -x word" 1

run 0 "${launch[@]}" "$PROGRAM" settings --farm-chunk=auto -- --farm-nonsense
says out "chunk auto hwm auto" 1
says out "arguments: settings -- --farm-nonsense" 1

FARM_CHUNK=9 FARM_HWM=2 run 0 "${launch[@]}" "$PROGRAM" settings --farm-chunk=4
says out "chunk 4 hwm 2" 1

printf 'chunk = 11\nhwm = 3\n' >farm.ini
run 0 "${launch[@]}" "$PROGRAM" settings
says out "chunk 11 hwm 3" 1
FARM_CHUNK=9 run 0 "${launch[@]}" "$PROGRAM" settings --farm-hwm 1
says out "chunk 9 hwm 1" 1
printf '# a comment\nchunk = 12\n' >other.ini
run 0 "${launch[@]}" "$PROGRAM" settings --farm-config other.ini
says out "chunk 12 hwm auto" 1
FARM_CONFIG=other.ini run 0 "${launch[@]}" "$PROGRAM" settings
says out "chunk 12 hwm auto" 1

echo 'chunk = many' >farm.ini
refused "farm.ini: chunk" "${launch[@]}" "$PROGRAM" settings
echo 'chunks = 3' >farm.ini
refused "farm.ini: there is no setting 'chunks'" "${launch[@]}" "$PROGRAM" settings
echo 'what is this' >farm.ini
refused "farm.ini: " "${launch[@]}" "$PROGRAM" settings
rm farm.ini
refused "nowhere.ini cannot be read" "${launch[@]}" "$PROGRAM" settings --farm-config=nowhere.ini

refused "there is no option --farm-chunks" "${launch[@]}" "$PROGRAM" settings --farm-chunks=3
refused "adaptive or a whole number of at least 1, not '0'" \
  "${launch[@]}" "$PROGRAM" settings --farm-chunk 0
refused "not 'x'" "${launch[@]}" "$PROGRAM" settings --farm-hwm x
refused "--farm-chunk needs a value" "${launch[@]}" "$PROGRAM" settings --farm-chunk
refused "--farm-progress is one of thread, caller" "${launch[@]}" "$PROGRAM" settings --farm-progress=never
refused "--farm-max-workers" "${launch[@]}" "$PROGRAM" settings --farm-max-workers 0
FARM_HWM=-1 refused "FARM_HWM is 'auto' or a whole number" "${launch[@]}" "$PROGRAM" settings

run 0 "${launch[@]}" "$PROGRAM" settings --farm-max-workers 1
says out "workers 1 of" 1
FARM_MAX_WORKERS=1 run 0 "${launch[@]}" "$PROGRAM" settings
says out "workers 1 of" 1

run 0 "${launch[@]}" "$PROGRAM" settings --farm-help
says out "--farm-chunk" 1
silent out "arguments:"
run 0 "${launch[@]}" "$PROGRAM" --farm-version
says out "farm " 1
run 0 "${launch[@]}" "$PROGRAM" settings --farm-log-level info
says err "farm: hub on" 1
