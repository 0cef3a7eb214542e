// How an engine runs a chunk, and answers it.

#include <utility>

#include "engine/server.hpp"
#include "farm/detail/failure.hpp"
#include "farm/detail/thunk.hpp"
#include "time/clock.hpp"

namespace farm::engine {

// While it lives a chunk runs, on top of the one that ran before. The hub is heard by the listener,
// or by the kernel itself: it alone may call MPI where it talks to others.
class Server::Chunk {
 public:
  Chunk(Server& server, const wire::Tasks& header, bool stopped) : server_(&server) {
    const bool listened = server.listener_ && header.group == 0;
    running_.ticket = header.ticket;
    running_.first = header.first;
    running_.listened = listened;
    // A sandbox has its own watch for that.
    const std::int64_t limit = header.isolated ? 0 : header.limit;
    running_.limited = limit != 0;
    running_.interrupted = std::exchange(server.running_, &running_);
    server.self_->begin_chunk(header.attempt, limit, listened ? nullptr : server_);
    if (stopped) server.self_->stop_point().stop_chunk();
  }
  ~Chunk() { server_->running_ = running_.interrupted; }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

 private:
  Server* server_;
  Running running_;
};

// While it lives the listener may come in, unless the kernel is in the session.
class Server::Kernel {
 public:
  explicit Kernel(Server& server) : server_(server.running_->listened ? &server : nullptr) {
    if (server_ == nullptr) return;
    server_->running_->kernel = ++server_->kernels_;
    server_->door_.open(server_->kernels_);
  }
  ~Kernel() {
    if (server_ == nullptr) return;
    server_->door_.shut();
    server_->running_->kernel = 0;
  }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

 private:
  Server* server_;
};

Buffer Server::done_frame() {
  Buffer frame = transport_->buffer();
  frame.extend(wire::header_size<wire::Done>());
  return frame;
}

void Server::answer(const wire::Tasks& header, Buffer& frame, detail::ItemsBuilder& replies,
                    std::int64_t started, std::int64_t run, bool said) {
  replies.finish();
  wire::Done done;
  done.said = said;
  done.attempt = header.attempt;
  done.ticket = header.ticket;
  done.first = header.first;
  done.started = started;
  done.run = run;
  done.count = header.count;
  done.item_size = replies.item_size() == variable_size
                       ? wire::variable_item
                       : static_cast<std::uint32_t>(replies.item_size());
  wire::encode_at(frame.data(), done);
  transport_->send(hub_, std::move(frame));
}

// It has not started and will not.
void Server::abort_chunk(const wire::Tasks& header) {
  if (header.defines_setup) setups_[header.setup] = false;
  Buffer frame = done_frame();
  detail::ItemsBuilder replies(frame, variable_size);
  for (std::uint32_t i = 0; i < header.count; ++i) detail::reply_aborted(replies);
  answer(header, frame, replies, time::Clock::now(), 0);
}

void Server::run(const wire::Frame<wire::Tasks>& tasks, bool stopped) {
  const wire::Tasks& header = tasks.header;
  const std::size_t item_size =
      header.item_size == wire::variable_item ? variable_size : header.item_size;
  const std::size_t list = header.listed ? std::size_t{header.count} * 4 : 0;
  const detail::ItemsView items(header.count, item_size,
                                tasks.body.first(tasks.body.size() - list));
  Buffer frame = done_frame();
  detail::ItemsBuilder replies(frame, (*registry_)[header.kernel].result_size());
  CommunicatorPort* port = header.group == 0 ? nullptr : &groups_.next_call(header.group);
  if (port != nullptr) {
    self_->talk_through(&groups_.communicator(header.group));
    port->on_native([this, ticket = header.ticket] { say(wire::Native{ticket}); });
  }
  Outcome outcome = Outcome::ran;
  const EngineSession::Running interrupted = session_->begin(header);
  speech_.begin_chunk(header);
  const std::int64_t started = time::Clock::now();
  std::int64_t run = 0;
  {
    const Chunk chunk(*this, header, stopped);
    outcome = run_items(header, items, tasks.body.last(list), replies);
    run = time::Clock::now() - started;
    // What it has submitted is counted before it counts as done.
    give_words();
    session_->end(interrupted);
  }
  const bool said = speech_.end_chunk(header, outcome == Outcome::ran);
  long_runs_ = run > long_run_ns;
  if (port != nullptr) {
    self_->talk_through(nullptr);
    // Others may wait for a word of this kernel that will not come.
    if (replies.any_failed()) port->failed();
    if (header.group == wire::alone && replies.any_failed()) groups_.leave(header.group);
  }
  if (trouble_) std::rethrow_exception(trouble_);
  if (outcome == Outcome::refused) return say(wire::Returned{wire::Why::refused, header.ticket});
  answer(header, frame, replies, started, run, said);
}

Server::Outcome Server::run_items(const wire::Tasks& header, detail::ItemsView items,
                                  std::span<const std::byte> list, detail::ItemsBuilder& replies) {
  if (header.condition != 0 && !meets(header, replies)) {
    return replies.any_failed() ? Outcome::ran : Outcome::refused;
  }
  if (header.setup != 0 && !header.defines_setup && !setups_[header.setup]) {
    for (std::uint64_t i = 0; i < items.count(); ++i) {
      detail::reply_failure(replies, {detail::Fault::broken, "farm::BrokenExecutor",
                                      "the executor's initializer failed on this engine"});
    }
    return Outcome::ran;
  }
  if (header.isolated) {
    call_isolated(header, items, list, replies);
  } else {
    call(header.kernel, header.first, items, list, header.common, replies);
  }
  if (header.defines_setup) setups_[header.setup] = !replies.any_failed();
  return Outcome::ran;
}

void Server::call_isolated(const wire::Tasks& header, detail::ItemsView items,
                           std::span<const std::byte> list, detail::ItemsBuilder& replies) {
  if (isolation_ == nullptr) {
    for (std::uint32_t i = 0; i < header.count; ++i) {
      detail::reply_failure(replies, {detail::Fault::crashed, "farm::TaskCrashed",
                                      "this engine was started without sandboxes"});
    }
    return;
  }
  const Isolation::Chunk chunk{
      header.attempt,
      header.limit,
      header.first,
      header.kernel,
      header.common,
      header.common == 0 ? std::span<const std::byte>() : commons_[header.common].packed.span(),
      header.count,
      items.item_size(),
      items.bytes(),
      list,
      header.defines_setup ? 0 : header.setup};
  {
    const Kernel running(*this);
    isolation_->run(chunk, replies, self_->stop_point(), [this] {
      if (!running_->listened) listen();
    });
  }
  if (header.defines_setup && !replies.any_failed()) isolation_->remember(header.setup, chunk);
}

// Asks the predicate. If it throws, that is the error of every item.
bool Server::meets(const wire::Tasks& header, detail::ItemsBuilder& replies) {
  const auto found = conditions_.find(header.condition);
  if (found == conditions_.end()) throw wire::FrameError("tasks name a condition that is unknown");
  const wire::Condition& condition = found->second;
  Buffer answer;
  detail::ItemsBuilder answers(answer, (*registry_)[condition.kernel].result_size());
  call(condition.kernel, header.first, detail::ItemsView(1, 0, {}), {}, condition.common, answers);
  answers.finish();
  const detail::ItemsView item(1, answers.item_size(), answer.span());
  if (item.failed(0)) {
    for (std::uint32_t i = 0; i < header.count; ++i) detail::pass_failure(replies, item[0]);
    return false;
  }
  return item[0].size() == 1 && item[0].front() != std::byte{0};
}

void Server::call(std::uint32_t kernel, TaskId first, detail::ItemsView items,
                  std::span<const std::byte> list, std::uint32_t common,
                  detail::ItemsBuilder& replies) {
  const detail::KernelEntry& entry = (*registry_)[kernel];
  std::shared_ptr<const void> none;
  Common* shared = common == 0 ? nullptr : &commons_[common];
  detail::Call call{*self_,
                    first,
                    items,
                    list,
                    shared == nullptr ? std::span<const std::byte>() : shared->packed.span(),
                    shared == nullptr ? none : shared->unpacked,
                    replies};
  {
    const Kernel running(*this);
    entry.run(call);
  }
  if (shared != nullptr && shared->unpacked != nullptr) shared->packed = Bytes();
}

}  // namespace farm::engine
