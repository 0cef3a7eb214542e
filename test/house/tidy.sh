#!/usr/bin/env bash
# clang-tidy over the library and the programs; headers are seen through them.  usage: tidy.sh BUILD_DIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
build=$1
tool=$(llvm_tool clang-tidy)
[[ -n $tool ]] || skip "no clang-tidy of version 14"
[[ -f $build/compile_commands.json ]] || skip "no compile_commands.json in $build"

# One file a process, so that no core idles at the end; the counts of hidden warnings are noise.
house_files '^(runtime|apps)/.*\.cpp$' |
  xargs -r -P "$(nproc)" -n 1 "$tool" -p "$build" --quiet 2> >(grep -v 'warnings\? \(generated\|treated\)' >&2)
