#pragma once

#include "farm/engine.hpp"
#include "farm/load_balanced_view.hpp"

/// Tasks that make tasks: kernels that submit work to the farm and wait for it.
///
///     long fibonacci(farm::Engine& here, int n) {
///       if (n < 20) return fibonacci_here(n);              // small enough to be done at once
///       auto left = here.submit(farm::kernel<&fibonacci>, n - 1);
///       const long right = fibonacci(here, n - 2);
///       return left.get() + right;                          // helps while it waits
///     }
///
///     double integrate(farm::Engine& here, const std::vector<Interval>& parts) {
///       auto tasks = here.load_balanced().with({.chunk = 8});
///       double sum = 0;
///       for (double part : tasks.map(farm::kernel<&quadrature>, parts)) sum += part;
///       return sum;
///     }
///
/// - The thread that runs the kernel submits and waits; another one gets farm::Error. A task waits
///   only for tasks that it has submitted itself.
/// - A child's error is thrown in its parent by get(), as on rank 0. If the parent lets it pass,
///   the driver gets a RemoteError whose message names the chain. One that nobody looked at is
///   reported when the run ends.
/// - A handle that goes leaves its tasks running: the run does not end before them, and
///   `client.wait()` counts them.
/// - Only waiting helps: ready() looks at what has come, and with one engine nothing comes unless
///   somebody waits. `then` runs its function on this engine, while a kernel waits there.
/// - A kernel that a direct call runs on several engines together may submit and not wait, because
///   the others may be waiting for it. Views that a kernel makes have no targets, requirements or
///   dependencies.
/// - Every level takes some of the engine's stack. When too little is left, submitting and waiting
///   throw farm::Error instead of overflowing: end the recursion at a size that is worth a task.

namespace farm {

template <class F, class... Args>
auto Engine::submit(const F& f, const Args&... args) {
  return load_balanced().apply(f, args...);
}

}  // namespace farm
