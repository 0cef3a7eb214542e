#!/usr/bin/env bash
# The top level holds what it was given and nothing else.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || skip "not a git checkout"
allowed='CMakeLists\.txt|README\.md|LICENSE|runtime|include|apps|benchmarks|jobscripts|test|cmake|\..*'
if git ls-files | cut -d/ -f1 | sort -u | grep -vxE "$allowed"; then
  echo "does not belong at the top level"
  exit 1
fi
