# shellcheck shell=bash
# Sourced by the house tests, which run in the root of the tree.
set -euo pipefail

skip() {
  echo "skipped: $*"
  exit 77
}

# The files of the project, tracked or new, whose path matches the extended regex $1.
house_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -co --exclude-standard
  else
    find . -path ./build -prune -o -type f -print | sed 's|^\./||'
  fi | { grep -E "$1" || true; } | while read -r file; do [[ ! -e $file ]] || echo "$file"; done | sort
}

# The name of the LLVM tool $1 in the version that this project's configuration is made for.
llvm_tool() {
  local tool
  for tool in "$1-14" "$1"; do
    if command -v "$tool" >/dev/null && [[ $("$tool" --version) == *"version 14."* ]]; then
      echo "$tool"
      return
    fi
  done
}
