#!/usr/bin/env bash
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v shellcheck >/dev/null || skip "no shellcheck"
{
  house_files '\.sh$|^test/faults/(stand_in/|mpirun_between)'
  echo .ci/run jobscripts/farmrun
} | xargs shellcheck --exclude=SC1091
