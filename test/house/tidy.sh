#!/usr/bin/env bash
# clang-tidy over the library and the programs; headers are seen through them.  usage: tidy.sh BUILD_DIR
#
# Nearly all of the time goes into the headers of the standard library, so a dozen files are read as
# one. Where that finds anything, or their names collide, the halves of the dozen are read, and in
# the end each file alone, whose findings are what counts.
#
# Each commit reads a sixth of the files, six that follow each other all of them; with
# FARM_TEST_FULL=1 it is all.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
build=$1
tool=$(llvm_tool clang-tidy)
[[ -n $tool ]] || skip "no clang-tidy of version 14"
[[ -f $build/compile_commands.json ]] || skip "no compile_commands.json in $build"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Makes $work/N.cpp of files that are compiled alike, N.0.cpp and N.1.cpp of their halves, and so on,
# and the database of how to compile these. Neighbours, whose names collide most, are set apart.
part=$(($(git rev-list --count HEAD 2>/dev/null || echo 0) % 6))
house_files '^(runtime|apps)/.*\.cpp$' |
  awk -v all="${FARM_TEST_FULL:-}" -v part="$part" 'all || NR % 6 == part' >"$work/files"
awk -v at_once=12 -v work="$work" -v root="$PWD" '
  function make(name, command, first, step, last,    i, n, half) {
    n = 0
    for (i = first; i <= last; i += step) {
      print "#include \"" files[command, i] "\"  // NOLINT(bugprone-suspicious-include)" > (work "/" name ".cpp")
      ++n
    }
    entries = entries (entries ? ",\n" : "") "{\"directory\": \"" work "\", \"command\": \"" command \
      " -c " name ".cpp\", \"file\": \"" work "/" name ".cpp\"}"
    if (n == 1) return
    half = first + int(n / 2) * step
    make(name ".0", command, first, step, half - step)
    make(name ".1", command, half, step, last)
  }
  NR == FNR { wanted[root "/" $0] = 1; next }
  /^ *"command": / { command = $0; sub(/^ *"command": "/, "", command); sub(/",$/, "", command) }
  /^ *"file": / {
    file = $0
    sub(/^ *"file": "/, "", file)
    sub(/",?$/, "", file)
    if (!(file in wanted)) next
    delete wanted[file]
    sub(/ -o [^ ]+ -c .*$/, "", command)
    files[command, ++count[command]] = file
  }
  END {
    for (command in count) {
      groups = int((count[command] + at_once - 1) / at_once)
      for (i = 1; i <= groups; ++i) make(++number, command, i, groups, count[command])
    }
    # What this build leaves out is judged by the commands of its neighbours.
    for (file in wanted) print "#include \"" file "\"" > (work "/" ++number ".cpp")
    print "[" entries "]" > (work "/compile_commands.json")
  }' "$work/files" "$build/compile_commands.json"

judge() {
  local name=$1 files
  mapfile -t files < <(sed 's/^#include "\(.*\)".*/\1/' "$work/$name.cpp")
  if ((${#files[@]} == 1)); then
    # The counts of hidden warnings are noise.
    "$tool" -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option "${files[0]}" 2> >(grep -v 'warnings\? \(generated\|treated\)' >&2)
    return
  fi
  "$tool" -p "$work" --quiet --extra-arg=-Wno-unknown-warning-option --config-file=.clang-tidy \
    --header-filter='(include/farm|runtime|apps)/.*\.[hc]pp$' "$work/$name.cpp" >/dev/null 2>&1 && return
  local status=0
  judge "$name.0" || status=1
  judge "$name.1" || status=1
  return "$status"
}

export -f judge
export build tool work
find "$work" -regex '.*/[0-9]+\.cpp' -printf '%f\n' | sed 's/\.cpp$//' | sort -n |
  xargs -r -P "$(nproc)" -I {} bash -c "judge {}"
