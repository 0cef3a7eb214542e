#!/usr/bin/env bash
# Each public header compiles alone, without a warning.  usage: headers.sh COMPILER INCLUDE_DIRS
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
compiler=$1
flags=(-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Iinclude)
IFS=: read -ra directories <<<"${2:-}"
for directory in "${directories[@]}"; do flags+=(-isystem "$directory"); done
# /usr/include as a system directory would hide the compiler's own headers from its #include_next.
for i in "${!flags[@]}"; do
  if [[ ${flags[i]} == /usr/include ]]; then unset "flags[i-1]" "flags[i]"; fi
done

# farm/mpi.hpp is the one header for users who ask for the communicator; only it sees MPI.
house_files '^include/farm/.*\.hpp$' | { grep -v '^include/farm/mpi\.hpp$' || true; } |
  xargs -r -P "$(nproc)" -I '{}' "$compiler" "${flags[@]}" -include '{}' -x c++ /dev/null
