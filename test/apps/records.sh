#!/bin/sh
# farm_app records on a journal that another subcommand has written.  usage: records.sh FARM_APP
app=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit

# expect TEXT FILE: TEXT stands in FILE.
expect() {
  grep -q -e "$1" "$2" && return
  echo "records.sh: nothing of '$1' in $2:"
  cat "$2"
  exit 1
}

"$app" mandelbrot --size 64 --output picture.png --no-check --farm-journal journal >log 2>&1 ||
  { cat log; exit 1; }
"$app" records journal >table || exit
expect 'task  status   engine' table
expect 'app::' table
expect '^[0-9]* tasks: [0-9]* done$' table

"$app" records journal --csv >all.csv || exit
expect '^task,call,kernel,label,kind,status,run,engine,host,attempt,' all.csv
tasks=$(tail -n +2 all.csv | wc -l)
expect "^$tasks task" table

"$app" records journal --csv --where engine=0 --status "done" --limit 3 >some.csv || exit
if [ "$(wc -l <some.csv)" -gt 4 ]; then cat some.csv; exit 1; fi
"$app" records journal --failed >failed || exit
expect '^0 tasks$' failed
"$app" records journal --kernel nobody >none || exit
expect '^0 tasks$' none

# Any SQL tool reads it, too, where there is one.
if command -v sqlite3 >/dev/null; then
  count=$(sqlite3 journal "SELECT count(*) FROM tasks WHERE status = 'done'")
  if [ "$count" -ne "$tasks" ]; then echo "records.sh: sqlite3 counts $count, not $tasks"; exit 1; fi
fi
