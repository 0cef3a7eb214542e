#!/usr/bin/env bash
# Sets this machine up and runs every test.  usage: test/run.sh [--quick | --full] [-R REGEX]
#   --quick   the release build only, without the clang and sanitizer builds
#   --full    heavy campaigns too (FARM_TEST_FULL=1)
#   -R REGEX  only the tests whose names match
# The last line is "N passed, N failed", over all builds; a build that fails counts as one failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/setup.sh

quick=''
filter=()
while (($# > 0)); do
  case $1 in
    --quick) quick=1 ;;
    --full) export FARM_TEST_FULL=1 ;;
    -R)
      filter=(-R "${2:?-R needs a regular expression}")
      shift
      ;;
    *)
      sed -n '2,5s/^# \{0,1\}//p' test/run.sh >&2
      exit 2
      ;;
  esac
  shift
done

passed=0
failed=0

# The count that ctest gave attribute $2 in its JUnit file $1.
count() { sed -n "s/^[[:space:]]*$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

# run_tests DIR CTEST_ARGUMENT...
run_tests() {
  local directory=$1 junit=$PWD/$1/junit.xml tests failures skipped
  shift
  rm -f "$junit"
  # More than there are cores: most of their time tests wait for what they have killed, or a limit.
  ctest --test-dir "$directory" --output-on-failure --parallel "$((2 * farm_jobs))" \
    --output-junit "$junit" "${filter[@]}" "$@" || true
  if [[ ! -f $junit ]]; then
    echo "farm: ctest left no report of $directory" >&2
    failed=$((failed + 1))
    return
  fi
  tests=$(count "$junit" tests)
  failures=$(count "$junit" failures)
  skipped=$(count "$junit" skipped)
  passed=$((passed + tests - failures - skipped))
  failed=$((failed + failures))
  if ((skipped > 0)); then
    echo "$skipped skipped in $directory:"
    grep -a '^skipped: ' "$directory/Testing/Temporary/LastTest.log" || true
  fi
}

# build DIR TARGETS CMAKE_ARGUMENT...   a failure is counted here
build() {
  local directory=$1 targets
  read -ra targets <<<"$2"
  shift 2
  if farm_configure "$directory" "$@" && farm_build "$directory" "${targets[@]}"; then return; fi
  failed=$((failed + 1))
  return 1
}

farm_setup_packages test
if build build/test all -D CMAKE_BUILD_TYPE=Release -D FARM_WERROR=ON; then run_tests build/test; fi

if [[ -z $quick ]]; then
  # With --full the programs, too: most of their time goes into compiling.
  checked=farm_unit
  programs=OFF
  if [[ -n ${FARM_TEST_FULL:-} ]]; then
    checked+=' farm_app farm_app_unit'
    programs=ON
  fi
  # clang++ is the second compiler and the one with quick sanitizers. Debug keeps the assertions; -O1
  # keeps the sanitizers quick.
  sanitized=(-D CMAKE_CXX_COMPILER=clang++ -D CMAKE_BUILD_TYPE=Debug -D CMAKE_CXX_FLAGS_DEBUG='-gline-tables-only -O1')
  if build build/address "$checked" "${sanitized[@]}" -D FARM_SANITIZE=address \
    -D FARM_BUILD_APPS=$programs -D FARM_BUILD_BENCHMARKS=OFF -D FARM_WERROR=ON; then
    run_tests build/address -L unit
  fi
  if build build/thread farm_unit "${sanitized[@]}" -D FARM_SANITIZE=thread -D FARM_BUILD_APPS=OFF \
    -D FARM_BUILD_BENCHMARKS=OFF; then
    run_tests build/thread -L unit
  fi
fi

echo "$passed passed, $failed failed"
((failed == 0))
