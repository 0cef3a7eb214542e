#!/bin/sh
# says.sh STATUS TEXT COMMAND...: the command must exit with STATUS and say TEXT. With status 0 that
# is on stdout, and stderr is empty; with any other in one line on stderr, the only one there.
wanted=$1
text=$2
shift 2
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
output=$("$@" 2>"$errors")
status=$?
said=$(cat "$errors")
printf '%s\n%s\n' "$output" "$said"
if [ "$status" -ne "$wanted" ]; then
  echo "says.sh: status $status instead of $wanted"
  exit 1
fi
lines=$(wc -l <"$errors")
if [ "$wanted" -eq 0 ]; then
  said=$output
  expected=0
else
  expected=1
fi
if [ "$lines" -ne "$expected" ]; then
  echo "says.sh: $lines lines on stderr instead of $expected"
  exit 1
fi
case $said in
  *"$text"*) ;;
  *) echo "says.sh: nothing of: $text"; exit 1 ;;
esac
