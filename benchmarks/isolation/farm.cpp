// What does it cost an engine to run a task in its sandbox instead of in itself? Chunks of one item
// go there and come back, without a hub and without MPI. With --crash each ends the sandbox, and
// the time is that of its death, of the report, and of the next sandbox.
#include <csignal>
#include <string>

#include "engine/isolation.hpp"
#include "engine/sandbox_worker.hpp"
#include "farm/detail/thunk.hpp"
#include "farm/kernel.hpp"
#include "isolation/isolation.hpp"

namespace {

using Packed = std::vector<char>;

}  // namespace

namespace isolation_benchmark {

Packed echo(const Packed& in) { return in; }
Packed crash(const Packed& in) {
  std::signal(SIGSEGV, SIG_DFL);
  std::raise(SIGSEGV);
  return in;
}

}  // namespace isolation_benchmark

namespace {

template <auto* f>
std::uint32_t number_of() {
  using F = std::remove_cvref_t<decltype(farm::kernel<f>)>;
  return farm::detail::Thunk<F, std::tuple<>, std::tuple<Packed>>::entry.index();
}

}  // namespace

int main(int argc, char** argv) {
  bench::IsolationCase one;
  if (const auto status =
          one.parse(argc, argv, "isolation: a task's way into a sandbox and back")) {
    return *status;
  }
  const farm::engine::Registry registry;
  farm::process::ForkServer server;
  server.child_runs([&registry](farm::process::SandboxChild& child) {
    farm::engine::SandboxWorker(registry, "host", child).work();
  });
  one.place_child();
  server.fork_apart();
  one.place_self();

  farm::engine::Isolation isolation(server, {1, 1, 0}, one.looks(), 1'000'000'000);
  farm::Buffer item;
  farm::Writer writer(item);
  farm::detail::put(writer, Packed(one.bytes, 'x'));
  farm::engine::Isolation::Chunk chunk;
  chunk.kernel = one.crash ? number_of<&isolation_benchmark::crash>()
                           : number_of<&isolation_benchmark::echo>();
  chunk.count = 1;
  chunk.item_size = item.size();
  chunk.items = item.span();
  farm::detail::StopPoint stop;
  stop.begin_chunk(0, nullptr);
  farm::Buffer results;
  return one.time("farm", [&] {
    results.clear();
    farm::detail::ItemsBuilder replies(results, 0);
    isolation.run(chunk, replies, stop, [] {});
    return replies.any_failed() == one.crash && (one.crash || results.size() == item.size());
  });
}
