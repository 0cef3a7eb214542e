#!/usr/bin/env bash
# No file of the library or of the programs is longer than 500 lines.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
house_files '^(include|runtime|apps)/' | xargs -r wc -l |
  awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, more than 500"; bad = 1 } END { exit bad }'
