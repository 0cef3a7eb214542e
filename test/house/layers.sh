#!/usr/bin/env bash
# Checks every #include under include/ and runtime/ against layers.txt.  usage: layers.sh [ROOT]
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"
cd "${1:-.}" || exit

house_files '^(include|runtime)/.*\.(hpp|cpp)$' | awk -v table="$here/layers.txt" '
  # Whether the include (between quotes or brackets in the source) is one of what token stands for.
  function is(token, name, bracketed) {
    if (token == "std") return bracketed && name ~ /^[a-z0-9_]+$/
    if (token == "mpi") return name == "mpi.h" || name ~ /^boost\/mpi[.\/]/
    if (token == "posix") return bracketed && name ~ /\.h$/ && name != "mpi.h"
    if (token ~ /^</) return bracketed && "<" name ">" == token
    if (token ~ /\.hpp$/) return name == token
    return index(name, token) == 1
  }
  function check(file, line, row, name, bracketed,   i, n, tokens, allowed) {
    n = split(rules[row], tokens, " ")
    for (i = 1; i <= n; ++i)
      if (tokens[i] ~ /^-/) {
        if (is(substr(tokens[i], 2), name, bracketed)) { allowed = 0; break }
      } else if (is(tokens[i], name, bracketed)) allowed = 1
    if (!allowed) {
      printf "%s:%d: %s may not include %s\n", file, line, paths[row], name
      bad = 1
    }
  }
  BEGIN {
    while ((getline text < table) > 0)
      if (text !~ /^#/ && split(text, half, / +: +/) == 2) { paths[++rows] = half[1]; rules[rows] = half[2] }
    if (!rows) { print "no rows in " table; exit 1 }
  }
  {
    file = $0
    for (row = 1; row <= rows && index(file, paths[row]) != 1; ++row) {}
    if (row > rows) { print file ": no row of layers.txt is about it"; bad = 1; next }
    for (number = 1; (getline text < file) > 0; ++number)
      if (match(text, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]+/)) {
        name = substr(text, RSTART, RLENGTH)
        bracketed = name ~ /</
        sub(/^[^<"]*[<"]/, "", name)
        check(file, number, row, name, bracketed)
      }
    close(file)
  }
  END { exit bad }
'
