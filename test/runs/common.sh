# shellcheck shell=bash
# Sourced by the scripts here, which run in a folder of their own with PROGRAM, OTHER, TWINS, MORTAL, MPIEXEC
# and MPIEXEC_FLAGS in the environment.
set -euo pipefail

fail() {
  echo "FAILED: $*" >&2
  for file in out err; do
    echo "--- $file:"
    cat "$file"
  done >&2
  exit 1
}

# launcher NP: the words, one a line, that start NP ranks; one rank needs none.
launcher() {
  if (($1 > 1)); then
    # shellcheck disable=SC2086
    printf '%s\n' "$MPIEXEC" ${MPIEXEC_FLAGS:-} -n "$1"
  fi
}

# run STATUS COMMAND...: what it says lands in the files out and err.
run() {
  local wanted=$1 status=0
  shift
  echo "+ ${*##*/}"
  timeout 60 "$@" >out 2>err </dev/null || status=$?
  ((status == wanted)) || fail "$*: status $status instead of $wanted"
}

# says FILE TEXT [TIMES]: TEXT stands in FILE, in exactly TIMES lines if that is given.
says() {
  local count
  count=$(grep -cF -e "$2" "$1" || true)
  ((count > 0)) || fail "nothing of '$2' in $1"
  [[ -z ${3:-} ]] || ((count == $3)) || fail "'$2' in $count lines of $1 instead of $3"
}

# soon FILE TEXT [TIMES]: the same within seconds.
soon() {
  for ((i = 0; i < 100; ++i)); do
    if grep -qF -e "$2" "$1"; then break; fi
    sleep 0.05
  done
  says "$@"
}

silent() {
  if grep -qF -e "$2" "$1"; then fail "'$2' in $1"; fi
}
