#!/usr/bin/env bash
# The subcommands of farm_app share a namespace: the linker takes two classes of one name for one.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck disable=SC2016  # awk's
twice=$(house_files '^apps/.*\.hpp$' | xargs -r awk '
  FNR == 1 { space = "" }
  /^namespace / { space = $2 }
  /^(class|struct|enum class) [A-Za-z]+( final)?( :.*)? \{/ { print space "::" ($1 == "enum" ? $3 : $2) }
' | sort | uniq -d)
[[ -z $twice ]] || {
  echo "of more than one header:" "$twice"
  exit 1
}
