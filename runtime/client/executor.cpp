#include "farm/executor.hpp"

#include <algorithm>
#include <stdexcept>

#include "farm/client.hpp"
#include "farm/detail/direct_calls.hpp"
#include "farm/error.hpp"

namespace farm {

namespace {

// Handles of ended tasks are dropped now and then, not before there are so many.
constexpr std::size_t handles_kept = 1024;

std::size_t workers(const Client& client, CountOrAutomatic most) {
  if (most.is_automatic() && client.max_workers()) most = *client.max_workers();
  if (most.is_automatic()) return client.size();
  if (most.count() < 1) {
    throw std::invalid_argument("an executor needs max_workers of at least 1, not " +
                                std::to_string(most.count()));
  }
  return std::min(client.size(), static_cast<std::size_t>(most.count()));
}

LoadBalancedView make_view(Client& client, const ExecutorOptions& options, std::uint32_t share,
                           std::uint32_t setup) {
  detail::Session& session = client.session();
  TaskOptions tasks = session.default_options();
  const std::size_t n = workers(client, options.max_workers);
  if (n < client.size()) {
    tasks.targets = client.ids();
    tasks.targets.resize(n);
  }
  return {session, session.new_route(std::move(tasks), share, setup)};
}

bool is_failure(const detail::BatchRef& batch, std::size_t i) {
  if (batch.session().info(*batch, i).attempt == 0) return false;
  try {
    if (const std::exception_ptr error = detail::error_of(batch, i)) std::rethrow_exception(error);
    return false;
  } catch (const EngineError&) {
    return false;
  } catch (...) {
    return true;
  }
}

// Whether it failed somewhere. An engine that died is one fewer, and gets no tasks.
bool initializer_failed(const ResultHandle& booted) {
  const detail::BatchRef& batch = booted.batch();
  if (batch.session().progress(*batch).failed == 0) return false;
  for (std::size_t i = 0; i < booted.size(); ++i) {
    if (is_failure(batch, i)) return true;
  }
  return false;
}

}  // namespace

Executor::Executor(Client& client, const ExecutorOptions& options)
    : session_(&client.session()),
      share_(session_->new_share()),
      view_(make_view(client, options, share_, 0)) {}

Executor::~Executor() {
  try {
    // An exception on its way out must not wait for what is queued.
    const bool unwinding = std::uncaught_exceptions() > exceptions_;
    shutdown(!unwinding, unwinding);
  } catch (...) {
    // The farm itself is broken, and whoever waits next hears of it.
  }
}

void Executor::set_initializer(Client& client, const ExecutorOptions& options,
                               std::function<detail::Submission()> submission) {
  setup_ = session_->new_setup();
  view_ = make_view(client, options, share_, setup_);
  initializer_ = std::move(submission);
}

void Executor::bootup() {
  if (shut_) throw std::runtime_error("this executor has been shut down");
  if (started_) return;
  started_ = true;
  if (!initializer_) return;
  detail::Submission submission = initializer_();
  submission.defines_setup = setup_;
  booted_ = ResultHandle(detail::BatchRef(
      *session_,
      session_->submit_direct(std::move(submission), detail::one_each(view_.targets()), false)));
  // Pending tasks fail on their own where the setup failed; the others must not go on without it.
  session_->on_done(*booted_.batch(), detail::RunBy::anybody,
                    [session = session_, share = share_, booted = booted_] {
                      if (initializer_failed(booted)) session->break_share(share);
                    });
}

bool Executor::broken() const {
  if (!booted_.batch()) return false;
  if (broken_) return *broken_;
  const bool ended = booted_.ready();
  const bool broken = initializer_failed(booted_);
  if (ended) broken_ = broken;
  return broken;
}

const LoadBalancedView& Executor::ready_view() {
  bootup();
  if (broken()) {
    throw BrokenExecutor("the executor's initializer failed: " + first_failure());
  }
  return view_;
}

std::string Executor::first_failure() const {
  for (std::size_t i = 0; i < booted_.size(); ++i) {
    if (!is_failure(booted_.batch(), i)) continue;
    try {
      if (auto error = detail::error_of(booted_.batch(), i)) std::rethrow_exception(error);
    } catch (const std::exception& error) {
      return error.what();
    }
  }
  return "unknown";
}

void Executor::track(const ResultHandle& handle) {
  if (handles_.size() >= prune_at_) {
    std::erase_if(handles_, [](const ResultHandle& one) { return one.progress() == one.size(); });
    // Twice what is left, so that a look at each is paid by as many submissions.
    prune_at_ = std::max(handles_kept, 2 * handles_.size());
  }
  handles_.push_back(handle);
}

void Executor::shutdown(bool wait, bool cancel) {
  shut_ = true;
  if (cancel) session_->cancel_share(share_);
  if (!wait) return;
  for (const ResultHandle& handle : handles_) handle.wait();
  handles_.clear();
}

std::size_t Executor::num_workers() const { return broken() ? 0 : view_.size(); }

}  // namespace farm
