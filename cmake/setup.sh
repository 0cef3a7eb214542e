# shellcheck shell=bash
# Sourced by jobscripts/local.sh and test/run.sh, with the root of the tree as working directory.
#
#   farm_setup_packages user|test   installs what is missing, or says what is and exits with 1
#   farm_configure DIR ARGUMENT...  cmake, quiet unless it fails
#   farm_build DIR TARGET...        the same for the build

# What is needed: a Debian package, and how to tell that it is there without the package (a cluster
# has modules): a command, a header, a flag with which a compiler builds a program (c:-f), a module
# of Python (python3:m), or one of several (a|b).
farm_packages='
g++                         c++|g++
cmake                       cmake
ninja-build                 ninja|make
libopenmpi-dev              mpicxx
openmpi-bin                 mpirun
libboost-mpi-dev            boost/mpi.hpp
libboost-serialization-dev  boost/serialization/serialization.hpp
libboost-program-options-dev boost/program_options.hpp
libsqlite3-dev              sqlite3.h
libpng-dev                  png.h
libeigen3-dev               eigen3/Eigen/src/Core/Matrix.h|Eigen/src/Core/Matrix.h
python3-jinja2              python3:jinja2'
farm_test_packages='
catch2                      catch2/catch.hpp
clang                       clang++
libclang-rt-dev             clang++:-fsanitize=address
clang-format                clang-format
clang-tidy                  clang-tidy
shellcheck                  shellcheck
parallel                    parallel
git                         git'

farm_jobs=$(nproc 2>/dev/null || echo 2)
# Open MPI refuses root unless told twice that it is meant; inside a container it is.
if [[ $(id -u) == 0 ]]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# Whether one of the commands and headers $1 (a|b) is there.
farm_has() {
  local sign compiler
  compiler=$(command -v mpicxx || echo c++)
  for sign in ${1//|/ }; do
    if [[ $sign == *.h* ]]; then
      if printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$sign" |
        "$compiler" -E -x c++ - >/dev/null 2>&1; then return; fi
    elif [[ $sign == *:-* ]]; then
      if echo 'int main() {}' | "${sign%%:*}" "${sign#*:}" -x c++ - -o /dev/null >/dev/null 2>&1; then
        return
      fi
    elif [[ $sign == python3:* ]]; then
      # The one that has the system's packages.
      if "$(PATH=/usr/bin:$PATH command -v python3)" -c "import ${sign#*:}" 2>/dev/null; then return; fi
    elif command -v "$sign" >/dev/null; then
      return
    fi
  done
  return 1
}

# The packages of the tables in $1 that are missing, one a line.
farm_missing() {
  local package sign installed=''
  if command -v dpkg-query >/dev/null; then
    # shellcheck disable=SC2046  # the names are words
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $(awk '{print $1}' <<<"$1") 2>/dev/null || true)
  fi
  while read -r package sign; do
    if [[ -z $package || $'\n'$installed$'\n' == *$'\n'"installed $package"$'\n'* ]]; then continue; fi
    farm_has "$sign" || echo "$package"
  done <<<"$1"
}

farm_setup_packages() {
  local needed=$farm_packages missing=() as_root=()
  if [[ $1 == test ]]; then needed+=$farm_test_packages; fi
  mapfile -t missing < <(farm_missing "$needed")
  if ((${#missing[@]} == 0)); then return; fi

  if command -v apt-get >/dev/null; then
    if [[ $(id -u) != 0 ]]; then as_root=(sudo -n); fi
    if [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; then
      echo "farm: installing ${missing[*]}" >&2
      farm_quietly "${as_root[@]}" apt-get -o Acquire::Retries=3 update &&
        farm_quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
          apt-get -o Acquire::Retries=3 install -y --no-install-recommends "${missing[@]}"
      return
    fi
    echo "farm: missing: ${missing[*]}" >&2
    echo "farm: to install: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
  else
    echo "farm: missing (Debian's names): ${missing[*]}" >&2
    echo "farm: on a cluster, load the modules of a C++20 compiler, CMake, MPI and Boost with Boost.MPI" >&2
  fi
  exit 1
}

# Runs a command and shows its output only if it fails.
farm_quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if ((status != 0)); then
    cat "$log" >&2
    echo "farm: failed: $*" >&2
  fi
  rm -f "$log"
  return "$status"
}

farm_configure() {
  local directory=$1 generator=()
  shift
  # A configured directory keeps its generator; cmake refuses another one.
  if [[ ! -f $directory/CMakeCache.txt ]] && command -v ninja >/dev/null; then generator=(-G Ninja); fi
  farm_quietly cmake -S . -B "$directory" "${generator[@]}" "$@"
}

farm_build() {
  local directory=$1 targets=()
  shift
  if (($# > 0)); then targets=(--target "$@"); fi
  echo "farm: building $directory" >&2
  farm_quietly cmake --build "$directory" --parallel "$farm_jobs" "${targets[@]}"
}
