#!/usr/bin/env bash
# An error that nobody has looked at is listed at the end, and only such a one.  usage: unread.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")

run 0 "${launch[@]}" "$PROGRAM" unread
says err "failed tasks that nobody looked at" 1
says err "farm: 12 failed tasks" 1
says err "fail_softly on engine" 5
says err "std::runtime_error: it was 3"
says err "... and 7 more" 1

run 0 "${launch[@]}" "$PROGRAM" unread_continuations
says err "farm: 2 failed tasks" 1
says err "a continuation" 2
says err "std::runtime_error: lost" 1
says err "std::runtime_error: it was 5" 1

run 0 "${launch[@]}" "$PROGRAM" read_errors
silent err "farm:"
