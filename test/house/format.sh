#!/usr/bin/env bash
# Every source is as clang-format 14 would write it. To repair: clang-format-14 -i FILE
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
tool=$(llvm_tool clang-format)
[[ -n $tool ]] || skip "no clang-format of version 14"
house_files '\.(cpp|hpp)$' | xargs -r "$tool" --dry-run -Werror
