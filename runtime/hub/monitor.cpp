#include "hub/monitor.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "farm/detail/fault.hpp"
#include "records/journal.hpp"

namespace farm::hub {

namespace {

Batch& own(detail::BatchHeader& header) { return static_cast<Batch&>(header); }

// How long the progress thread sleeps when there was nothing to do, and when the driver moves the
// farm by itself.
constexpr std::int64_t nap_ns = 50'000;
constexpr std::int64_t long_nap_ns = 1'000'000;
constexpr std::int64_t look_for_stuck_ns = 1'000'000'000;

// Counts a thread among those that move the farm while they wait. Made and destroyed under the
// lock; the count is atomic because the progress thread looks at it without.
class Waiting {
 public:
  explicit Waiting(std::atomic<int>& waiters) : waiters_(&waiters) { add(1); }
  ~Waiting() { add(-1); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  void add(int n) {
    waiters_->store(waiters_->load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  std::atomic<int>* waiters_;
};

}  // namespace

Monitor::Monitor(Hub& hub, MonitorOptions options) : hub_(&hub), options_(std::move(options)) {
  list_engines();
  hub.condemn_by(options_.losses.condemn);
  hub.assume(options_.defaults);
  // What is read from there shall be equal to the nanosecond.
  if (hub.journal() != nullptr) clock_ = hub.journal()->clock();
  if (options_.progress_thread) progress_thread_ = std::thread([this] { progress_loop(); });
}

Monitor::~Monitor() { stop_progress(); }

void Monitor::stop_progress() {
  stop_ = true;
  if (progress_thread_.joinable()) progress_thread_.join();
}

// One step of the farm; the lock is held. A transport or peer that fails ends the farm for all who
// wait, whichever thread met it.
bool Monitor::pump() {
  if (broken_) std::rethrow_exception(broken_);
  try {
    const bool lost = hear_of_losses();
    const bool moved = hub_->poll() || lost;
    if (hub_->stuck() != 0 && !moved) check_hope();
    return moved;
  } catch (...) {
    broken_ = std::current_exception();
    throw;
  }
}

bool Monitor::hear_of_losses() {
  const Losses& losses = options_.losses;
  if (losses.count == nullptr) return false;
  const std::size_t count = losses.count->load(std::memory_order_acquire);
  if (count == losses_seen_) return false;
  losses_seen_ = count;
  for (const Loss& loss : losses.take()) {
    // First, so that the tasks of the last engine have somewhere to go.
    if (loss.successor) hub_->gain(*loss.successor);
    hub_->lose(loss.engine, loss.why);
  }
  list_engines();
  return true;
}

void Monitor::lose(EngineId engine, const std::string& why) {
  const Entry entry(*this);
  hub_->lose(engine, why);
  list_engines();
}

void Monitor::list_engines() {
  auto engines = std::make_shared<std::vector<EngineInfo>>();
  for (const Member& member : hub_->members()) {
    if (!hub_->gone().has(member.info.id)) engines->push_back(member.info);
  }
  const std::lock_guard lock(engines_mutex_);
  engines_ = std::move(engines);
}

std::shared_ptr<const std::vector<EngineInfo>> Monitor::engines() const {
  const std::lock_guard lock(engines_mutex_);
  return engines_;
}

std::string Monitor::obituary(EngineId engine) {
  const Entry entry(*this);
  return hub_->gone().has(engine) ? hub_->gone().text(engine) : std::string();
}

// Whoever waits for engines that are stuck would wait for ever.
void Monitor::check_hope() {
  const std::int64_t now = time::Clock::now();
  if (now < next_look_for_stuck_) return;
  next_look_for_stuck_ = now + look_for_stuck_ns;
  if (hub_->totals().outstanding() == 0 || !hub_->hopeless()) return;
  throw EngineError(
      "all work that is left waits for engines that are stuck in MPI, because a kernel "
      "of their direct call failed elsewhere");
}

// Runs callbacks outside the lock, one at a time: one that waits moves the farm, and finds those
// that come after it where everybody finds them.
void Monitor::run_due(std::unique_lock<std::mutex>& lock, detail::RunBy by) {
  while (hub_->has_due(by)) {
    Callback callback = hub_->next_due(by);
    running_.push_back(std::this_thread::get_id());
    lock.unlock();
    std::exception_ptr thrown;
    try {
      callback.run();
      callback.run = nullptr;  // what it holds may call us when it goes
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    running_.erase(std::ranges::find(running_, std::this_thread::get_id()));
    if (thrown) {
      // Continuations keep their exceptions to themselves: this is the farm's own trouble.
      broken_ = thrown;
      std::rethrow_exception(thrown);
    }
  }
}

template <class Done>
bool Monitor::pump_until(Done&& done, detail::Deadline deadline) {
  Entry entry(*this);
  const Waiting waiting(waiters_);
  std::optional<Waiting> patient;
  if (!deadline || (finish_by_ && *deadline >= *finish_by_)) patient.emplace(patient_);
  time::Idle idle(options_.silence, rhythm_);
  const detail::RunBy by = may_run();
  for (std::uint32_t round = 0;; ++round) {
    if (hub_->has_due(by)) run_due(entry.lock, by);
    if (done()) return true;
    const bool busy = pump();
    if (busy) {
      idle.reset();
      rhythm_ = idle.rhythm();
    }
    idle.patient(hub_->moving());
    idle.relaxed(hub_->ample());
    // While there is work the clock is read now and then only.
    if (deadline && (!busy || round % 64 == 0) && time::Clock::now() >= *deadline) return done();
    const bool wanted = contenders_.load(std::memory_order_relaxed) > 0;
    if (wanted || (!busy && !idle.spins())) {
      entry.lock.unlock();
      // A lock that is taken back at once would never reach those who sleep for it.
      wanted ? std::this_thread::yield() : idle.pause();
      entry.lock.lock();
    }
  }
}

// A callback that the progress thread runs may wait; it does not become the driver by that.
detail::RunBy Monitor::may_run() const {
  return std::this_thread::get_id() == progress_thread_.get_id() ? detail::RunBy::anybody
                                                                 : detail::RunBy::caller;
}

void Monitor::progress_loop() {
  std::uint64_t seen = 0;
  while (!stop_) {
    const std::uint64_t pumps = driver_pumps_.load(std::memory_order_relaxed);
    if (waiters_.load(std::memory_order_relaxed) > 0 || pumps != std::exchange(seen, pumps)) {
      time::sleep_ns(long_nap_ns);
      continue;
    }
    bool busy = false;
    bool idle_farm = false;
    {
      std::unique_lock lock(mutex_, std::try_to_lock);
      if (lock.owns_lock() && !broken_) {
        try {
          do {
            busy = pump();
            run_due(lock, detail::RunBy::anybody);
          } while (busy && contenders_.load(std::memory_order_relaxed) == 0);
        } catch (...) {
          // Kept in broken_: the next caller hears of it.
          busy = false;
        }
        idle_farm = hub_->totals().outstanding() == 0 && hub_->drained();
      }
    }
    if (!busy) time::sleep_ns(idle_farm ? long_nap_ns : nap_ns);
  }
}

bool Monitor::await_item(detail::BatchHeader& batch, std::uint64_t i, detail::Deadline deadline) {
  const Batch& mine = own(batch);
  return pump_until([&] { return mine.results && mine.results->settled(i); }, deadline);
}

detail::Settled Monitor::await_read(detail::BatchHeader& batch, std::uint64_t i,
                                    detail::Deadline deadline) {
  Batch& mine = own(batch);
  detail::Settled settled;
  pump_until(
      [&] {
        if (!mine.results || !mine.results->settled(i)) return false;
        settled = read_settled(mine, i);
        return true;
      },
      deadline);
  return settled;
}

bool Monitor::await_settled(detail::BatchHeader& batch, std::uint64_t k,
                            detail::Deadline deadline) {
  const Batch& mine = own(batch);
  return pump_until(
      [&] { return k == 0 || (mine.results && mine.results->progress().settled >= k); }, deadline);
}

bool Monitor::await(const std::function<bool()>& done, detail::Deadline deadline) {
  return pump_until(done, deadline);
}

void Monitor::poll() {
  Entry entry(*this);
  pump_for_driver();
  run_due(entry.lock, may_run());
}

// The progress thread leaves the farm alone while the driver looks after it.
void Monitor::pump_for_driver() {
  driver_pumps_.fetch_add(1, std::memory_order_relaxed);
  pump();
}

void Monitor::on_done(detail::BatchHeader& batch, detail::RunBy by, std::function<void()> f) {
  Entry entry(*this);
  hub_->on_done(own(batch), {by, std::move(f)});
}

std::uint64_t Monitor::outstanding() {
  Entry entry(*this);
  pump_for_driver();
  return hub_->totals().outstanding();
}

// Under the lock if it is free within the limit, and otherwise not at all.
template <class Ask>
void Monitor::ask_within(std::int64_t limit_ns, Ask&& ask) {
  const std::int64_t deadline = time::Clock::now() + limit_ns;
  bool asked = false;
  contenders_.fetch_add(1);
  do {
    if (const std::unique_lock lock(mutex_, std::try_to_lock); lock.owns_lock()) {
      ask();
      asked = true;
    } else {
      time::sleep_ns(nap_ns);
    }
  } while (!asked && time::Clock::now() < deadline);
  contenders_.fetch_sub(1);
}

std::optional<Totals> Monitor::totals_within(std::int64_t limit_ns) {
  std::optional<Totals> totals;
  ask_within(limit_ns, [&] { totals = hub_->totals(); });
  return totals;
}

bool Monitor::waits_in_vain(std::int64_t limit_ns) {
  bool in_vain = false;
  ask_within(limit_ns, [&] {
    // A callback that runs or is due may submit something.
    const bool now = patient_.load(std::memory_order_relaxed) > 0 && running_.empty() && !closed_ &&
                     !hub_->has_due(detail::RunBy::caller) && hub_->nothing_fits();
    const std::uint64_t submitted = hub_->totals().submitted;
    // Who waits may just have got what he waited for, and not know it yet.
    in_vain = now && vain_at_ == submitted;
    vain_at_ = now ? std::optional(submitted) : std::nullopt;
  });
  return in_vain;
}

bool Monitor::await_idle(detail::Deadline deadline) {
  return pump_until(
      [this] {
        return hub_->totals().outstanding() == 0 && !hub_->has_due(detail::RunBy::caller) &&
               std::ranges::all_of(running_,
                                   [](auto id) { return id == std::this_thread::get_id(); });
      },
      deadline);
}

void Monitor::quit() {
  {
    Entry entry(*this);
    closed_ = true;
    hub_->quit();
  }
  pump_until([this] { return hub_->drained(); }, std::nullopt);
}

}  // namespace farm::hub
