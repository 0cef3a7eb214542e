#!/usr/bin/env bash
# Plants one violation at a time in a small tree and expects layers.sh to name it.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# expect clean|caught FILE LINE
expect() {
  local verdict=clean
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$2")"
  printf '#pragma once\n%s\n' "$3" >"$tree/$2"
  bash "$here/layers.sh" "$tree" >"$tree/output" || verdict=caught
  if [[ $verdict == caught ]] && ! grep -q "^$2:" "$tree/output"; then verdict="caught, but not named"; fi
  if [[ $verdict != "$1" ]]; then
    echo "$2 with $3: expected $1, was $verdict"
    failures=1
  fi
}

expect clean runtime/policy/graph.hpp '#include <vector>'
expect clean runtime/policy/graph.hpp '#include "policy/placement.hpp"'
expect clean runtime/policy/graph.hpp '#include <farm/types.hpp>'
expect caught runtime/policy/graph.hpp '#include <chrono>'
expect caught runtime/policy/graph.cpp '  #  include <mutex>'
expect caught runtime/policy/graph.hpp '#include <mpi.h>'
expect caught runtime/policy/graph.hpp '#include <farm/client.hpp>'
expect caught runtime/policy/graph.hpp '#include "wire/frame.hpp"'
expect caught runtime/policy/graph.hpp '#include <unistd.h>'
expect clean runtime/wire/frame.cpp '#include "farm/types.hpp"'
expect caught runtime/wire/frame.cpp '#include "transport/transport.hpp"'
expect clean runtime/transport/mpi.cpp '#include <mpi.h>'
expect clean runtime/transport/mpi.cpp '#include <boost/mpi/communicator.hpp>'
expect caught runtime/transport/mpi.cpp '#include "wire/frame.hpp"'
expect clean runtime/hub/hub.cpp '#include "farm/detail/session.hpp"'
expect caught runtime/hub/hub.cpp '#include "farm/payload.hpp"'
expect caught runtime/hub/hub.cpp '#include <boost/mpi.hpp>'
expect caught runtime/engine/serve.cpp '#include "policy/scheduler.hpp"'
expect caught runtime/engine/serve.cpp '#include "hub/hub.hpp"'
expect clean runtime/process/supervisor.cpp '#include <sys/wait.h>'
expect caught runtime/process/supervisor.cpp '#include <mpi.h>'
expect caught runtime/client/client.cpp '#include "hub/hub.hpp"'
expect caught runtime/run.cpp '#include <mpi.h>'
expect caught include/farm/client.hpp '#include <mpi.h>'
expect caught include/farm/payload.hpp '#include <boost/mpi.hpp>'
expect clean include/farm/detail/archive.hpp '#include <boost/serialization/access.hpp>'
expect caught include/farm/error.hpp '#include <boost/serialization/access.hpp>'
expect clean include/farm/mpi.hpp '#include <mpi.h>'
expect caught include/farm/client.hpp '#include "hub/hub.hpp"'
expect caught include/farm/types.hpp '#include <farm/error.hpp>'
exit $failures
