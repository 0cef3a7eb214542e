#include "engine/isolation.hpp"

#include <algorithm>
#include <cstring>

#include "engine/isolation_watch.hpp"
#include "farm/detail/failure.hpp"
#include "farm/detail/thunk.hpp"
#include "time/clock.hpp"

namespace farm::engine {

namespace {

// Sandboxes that may die before they have begun an item, before that counts as the item's fault.
constexpr int most_idle_deaths = 2;

class Request {
 public:
  explicit Request(std::byte* at) : at_(at) {}
  void append(const void* from, std::size_t size) {
    if (size != 0) std::memcpy(at_, from, size);
    at_ += size;
  }

 private:
  std::byte* at_;
};

}  // namespace

// A chunk on its way through one or more sandboxes.
struct Isolation::Run {
  const Chunk* chunk;
  detail::ItemsBuilder* replies;
  std::uint32_t done = 0;  // items that have an answer
  std::size_t taken = 0;   // bytes of the sandbox's answer
  int idle_deaths = 0;

  bool over() const { return done == chunk->count; }
  void fail(const detail::FailureRecord& record) {
    detail::reply_failure(*replies, record);
    ++done;
  }
  void fail_rest(const detail::FailureRecord& record) {
    while (!over()) fail(record);
  }
  void abort_rest() {
    for (; !over(); ++done) detail::reply_aborted(*replies);
  }
};

Isolation::Isolation(process::ForkServer& server, const Identity& identity, int looks,
                     std::int64_t grace_ns)
    : sandbox_(server, looks), identity_(identity), looks_(looks), grace_ns_(grace_ns) {}

void Isolation::prepare() {
  if (!sandbox_.ready()) return;
  // A new one knows nothing.
  brought_.clear();
  forgotten_.clear();
  set_up_.clear();
}

void Isolation::remember(std::uint32_t setup, const Chunk& chunk) {
  Setup& kept = setups_[setup];
  kept = {chunk, Bytes(chunk.common_bytes), Bytes(chunk.items)};
  kept.chunk.common_bytes = kept.common.span();
  kept.chunk.items = kept.items.span();
  kept.chunk.list = {};
  kept.chunk.setup = 0;
  set_up_.insert(setup);
}

// How the setup fails in the sandbox; nothing if it is through.
std::optional<std::string> Isolation::set_up_fails(std::uint32_t setup, detail::StopPoint& stop,
                                                   const std::function<void()>& listen) {
  const auto found = setups_.find(setup);
  if (found == setups_.end()) return std::nullopt;
  prepare();
  if (set_up_.contains(setup)) return std::nullopt;
  Buffer results;
  detail::ItemsBuilder replies(results, variable_size);
  run(found->second.chunk, replies, stop, listen);
  replies.finish();
  const detail::ItemsView items(found->second.chunk.count, replies.item_size(), results.span());
  for (std::uint64_t i = 0; i < items.count(); ++i) {
    if (items.failed(i)) return detail::describe_failure(items[i]);
  }
  set_up_.insert(setup);
  return std::nullopt;
}

void Isolation::forget(std::uint32_t common) {
  if (brought_.erase(common) != 0) forgotten_.push_back(common);
}

void Isolation::write_request(const Chunk& chunk, std::uint32_t from) {
  SandboxOrder order;
  order.engine = identity_.engine;
  order.engines = identity_.engines;
  order.seed = identity_.seed;
  order.looks = looks_;
  order.attempt = chunk.attempt;
  order.limit = chunk.limit;
  order.first = chunk.first;
  order.kernel = chunk.kernel;
  order.common = chunk.common;
  order.from = from;
  order.count = chunk.count;
  order.item_size = chunk.item_size;
  order.forgotten = forgotten_.size();
  order.brings_common = chunk.common != 0 && !brought_.contains(chunk.common);
  order.common_size = order.brings_common ? chunk.common_bytes.size() : 0;
  order.items_size = chunk.items.size();
  order.list_size = chunk.list.size();
  request_size_ =
      sizeof order + forgotten_.size() * 4 + order.common_size + order.items_size + order.list_size;
  Request request(sandbox_.request(request_size_).data());
  request.append(&order, sizeof order);
  request.append(forgotten_.data(), forgotten_.size() * 4);
  request.append(chunk.common_bytes.data(), order.common_size);
  request.append(chunk.items.data(), chunk.items.size());
  request.append(chunk.list.data(), chunk.list.size());
}

// The sandbox may die at any moment, also while it has nothing to do.
bool Isolation::hand_over(const Chunk& chunk, std::uint32_t from) {
  prepare();
  // The one that was set up has died meanwhile.
  if (setups_.contains(chunk.setup) && !set_up_.contains(chunk.setup)) return false;
  write_request(chunk, from);
  if (!sandbox_.begin(request_size_)) return false;
  forgotten_.clear();
  if (chunk.common != 0) brought_.insert(chunk.common);
  return true;
}

void Isolation::run(const Chunk& chunk, detail::ItemsBuilder& replies, detail::StopPoint& stop,
                    const std::function<void()>& listen) {
  Run run{&chunk, &replies};
  // Its limit is watched here and in the sandbox.
  while (!run.over()) {
    if (!stop.begin_item()) return run.abort_rest();
    try {
      if (chunk.setup != 0) {
        const std::optional<std::string> why = set_up_fails(chunk.setup, stop, listen);
        // A setup that was asked to stop has not failed.
        if (why && stop.asked()) return run.abort_rest();
        if (why) {
          return run.fail_rest({detail::Fault::broken, "farm::BrokenExecutor",
                                "the executor's initializer failed in a new sandbox: " + *why});
        }
      }
      if (!hand_over(chunk, run.done)) {
        if (run.idle_deaths++ < most_idle_deaths) continue;
        return run.fail_rest({detail::Fault::crashed, "farm::TaskCrashed",
                              "sandboxes die before they begin: " + sandbox_.ending()});
      }
    } catch (const process::SandboxError& error) {
      return run.fail_rest({detail::Fault::crashed, "farm::TaskCrashed", error.what()});
    } catch (const std::bad_alloc&) {
      return run.fail_rest({detail::Fault::argument, "std::bad_alloc",
                            "there is no memory to hand the arguments to a sandbox"});
    }
    run.taken = 0;
    Watch watch(chunk.limit, grace_ns_, time::Clock::now());
    while (!sandbox_.await(watch.slice())) {
      listen();
      collect(run);
      watch.look(sandbox_, stop.asked(), time::Clock::now());
      if (sandbox_.died()) break;
    }
    collect(run);
    if (!run.over()) settle_death(run, watch);
  }
}

// Takes what has been answered since the last call.
void Isolation::collect(Run& run) {
  const std::span<const std::byte> answer = sandbox_.answer();
  while (run.taken < answer.size() && !run.over()) {
    const std::size_t left = answer.size() - run.taken;
    ItemAnswer item;
    if (left >= sizeof item) std::memcpy(&item, answer.data() + run.taken, sizeof item);
    // A kernel may write anywhere in its own process, and so where its answers lie.
    if (left < sizeof item || item.size > left - sizeof item) {
      sandbox_.kill();
      return run.fail_rest({detail::Fault::crashed, "farm::TaskCrashed",
                            "it has written into the memory that its sandbox answers in"});
    }
    const std::span<const std::byte> bytes =
        answer.subspan(run.taken + sizeof item, static_cast<std::size_t>(item.size));
    if (item.failed != 0) {
      detail::pass_failure(*run.replies, bytes);
    } else {
      run.replies->buffer().append(bytes.data(), bytes.size());
      run.replies->end();
    }
    run.taken += sizeof item + bytes.size();
    ++run.done;
  }
}

void Isolation::settle_death(Run& run, const Watch& watch) {
  const bool begun = sandbox_.mark() > run.done;
  if (watch.killed() == Watch::Why::stop) {
    if (begun) run.fail(watch.error());
    return run.abort_rest();
  }
  if (!begun && run.idle_deaths++ < most_idle_deaths) return;
  run.fail(
      watch.killed() == Watch::Why::limit
          ? watch.error()
          : detail::FailureRecord{detail::Fault::crashed, "farm::TaskCrashed", sandbox_.ending()});
}

}  // namespace farm::engine
