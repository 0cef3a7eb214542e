#include "farm_app/run/kernel_execute.hpp"

#include <fcntl.h>
#include <sys/wait.h>

#include <csignal>
#include <iostream>
#include <optional>
#include <stop_token>
#include <system_error>
#include <utility>

#include "farm_app/run/bell.hpp"
#include "farm_app/run/host_memory.hpp"
#include "farm_app/run/order_command.hpp"
#include "farm_app/run/output_files.hpp"
#include "farm_app/run/passing.hpp"
#include "farm_app/run/result_files.hpp"
#include "farm_app/run/steady_seconds.hpp"
#include "farm_app/run/watched_command.hpp"

namespace run_kernels {

namespace {

using app::Cause;
using app::CommandEnd;
using app::Ending;
using app::Order;
using app::OutputFiles;
using app::Terms;

constexpr std::size_t piece_bytes = std::size_t{256} << 10;
constexpr farm::Seconds between_memory_looks{0.1};

// What an engine needs for every command, in its namespace.
struct Equipment {
  std::optional<app::KeeperClient> keeper;
  app::Bell bell;
  app::Descriptor nothing{open("/dev/null", O_RDONLY | O_CLOEXEC)};
  std::vector<char> room = std::vector<char>(piece_bytes);
  std::optional<app::MemoryWait> memory_wait;
  std::optional<OutputFiles> spare;  // temporary ones, empty, that nobody writes to
  bool lent = false;                 // the keeper has these, and `nothing`
  std::optional<app::ResultFiles> results;
};

constexpr farm::Name<Equipment> equipment{"farm_app run"};

Equipment& equipment_of(farm::Engine& here) {
  auto& kept = here.store().make<Equipment>(equipment.text());
  if (!kept.keeper) kept.keeper = app::KeeperClient::connect();
  return kept;
}

// One command on its way.
class Execution {
 public:
  Execution(farm::Engine& here, const Terms& terms, const Order& order)
      : here_(&here),
        terms_(&terms),
        order_(&order),
        equipment_(&equipment_of(here)),
        place_{number(here.task()), here.id().rank(), here.attempt()},
        files_(temporary() ? temporary_files() : app::result_outputs(terms.results, order.seq)),
        out_(files_.out.get(), equipment_->room, sink(farm::Stream::out)),
        err_(files_.err.get(), equipment_->room, sink(farm::Stream::err)) {}

  Ending run() {
    Ending ending;
    ending.start = app::civil_seconds();
    CommandEnd end = run_command();
    say_why(end);
    // Somebody may still be writing.
    sizes_ = app::sizes_of(files_);
    pass_rest();
    if (!terms_->results.empty() && terms_->one_file) save(end);
    const bool alone = end.last.alone;
    describe(ending, std::move(end));
    if (alone && temporary() && app::empty(files_, sizes_)) equipment_->spare = std::move(files_);
    return ending;
  }

 private:
  app::Passing::Sink sink(farm::Stream stream) {
    return [this, stream](std::string_view text) { here_->print(stream, text); };
  }

  bool temporary() const { return terms_->results.empty() || terms_->one_file; }

  // Most commands leave nothing behind that could still write to theirs.
  OutputFiles temporary_files() {
    if (!equipment_->spare) return app::temporary_outputs();
    spare_was_lent_ = std::exchange(equipment_->lent, false);
    return std::move(*std::exchange(equipment_->spare, std::nullopt));
  }

  CommandEnd run_command() {
    app::KeptCommand command = app::kept_command(*terms_, *order_, place_);
    try {
      command.directory = app::prepare_directory(*terms_, *order_);
    } catch (const std::system_error& error) {
      CommandEnd end;
      end.last.step = app::keeper::Step::directory;
      end.cause = Cause::not_started;
      end.problem = error.what();
      return end;
    }
    app::Descriptor input;
    if (order_->has_input) input = app::input_file(order_->input);
    command.streams = {input ? input.get() : equipment_->nothing.get(), files_.out.get(),
                       files_.err.get()};
    const bool lends = temporary() && !input;
    using app::keeper::Streams;
    command.use = !lends ? Streams::sent : spare_was_lent_ ? Streams::same : Streams::lent;
    app::CommandWatch watch;
    watch.bell = &equipment_->bell;
    watch.stopped = [this] { return here_->stop_requested(); };
    if (terms_->lines && !terms_->discard) {
      watch.now_and_then = [this] {
        out_.lines();
        err_.lines();
      };
    }
    CommandEnd end = app::run_watched(*equipment_->keeper, command,
                                      {order_->timeout, terms_->memory, terms_->grace}, watch);
    equipment_->lent = lends;
    return end;
  }

  // Where a shell would say it.
  void say_why(const CommandEnd& end) {
    if (end.cause == Cause::ended) return;
    app::write_text(files_.err.get(), "farm_app run: " + end.problem + '\n');
  }

  void pass_rest() {
    if (terms_->discard) return;
    out_.rest(sizes_.out);
    err_.rest(sizes_.err);
  }

  // It has run: that its output is lost is another thing than what came of it.
  void save(CommandEnd& end) {
    try {
      auto& results = equipment_->results;
      if (!results || results->folder() != terms_->results || results->removed()) {
        results.emplace(terms_->results, place_.engine);
      }
      results->add(order_->seq, place_.attempt, files_, sizes_);
    } catch (const std::system_error& error) {
      equipment_->results.reset();
      const std::string problem = std::string("output not saved: ") + error.what();
      if (end.cause == Cause::ended) end.cause = Cause::unsaved;
      end.problem += (end.problem.empty() ? "" : "; ") + problem;
      here_->print(farm::Stream::err, "farm_app run: " + problem + '\n');
    }
  }

  void describe(Ending& ending, CommandEnd&& end) const {
    ending.seq = order_->seq;
    ending.command = order_->command.with(place_.slot());
    ending.host = here_->host();
    ending.engine = place_.engine;
    ending.attempt = place_.attempt;
    ending.seconds = end.seconds;
    ending.cause = end.cause;
    ending.problem = std::move(end.problem);
    if (end.cause == Cause::not_started) {
      const bool missing = end.last.step == app::keeper::Step::program && end.last.error == ENOENT;
      ending.status = missing ? 127 : 126;
    } else if (WIFSIGNALED(end.last.status)) {
      ending.signal = WTERMSIG(end.last.status);
    } else {
      ending.status = WEXITSTATUS(end.last.status);
    }
    ending.user = static_cast<double>(end.last.user_us) * 1e-6;
    ending.system = static_cast<double>(end.last.system_us) * 1e-6;
    ending.max_rss = end.last.max_rss;
    ending.out_bytes = sizes_.out;
    ending.err_bytes = sizes_.err;
  }

  farm::Engine* here_;
  const Terms* terms_;
  const Order* order_;
  Equipment* equipment_;
  app::CommandPlace place_;
  bool spare_was_lent_ = false;
  OutputFiles files_;
  app::OutputSizes sizes_;
  app::Passing out_;
  app::Passing err_;
};

std::string failure_text(const Ending& ending) {
  if (!ending.problem.empty()) return ending.problem + ": " + ending.command;
  if (ending.signal != 0) {
    return "killed by signal " + std::to_string(ending.signal) + ": " + ending.command;
  }
  return "exit status " + std::to_string(ending.status) + " of: " + ending.command;
}

void wait_for_memory(farm::Engine& here, std::uint64_t bytes) {
  auto& wait = equipment_of(here).memory_wait;
  if (!wait) {
    wait.emplace("farm_app run: engine " + std::to_string(here.id().rank()) + " on " + here.host());
  }
  std::string news;
  while (!wait->over(app::available_bytes(), bytes, app::steady_seconds(), news)) {
    if (!news.empty()) std::cerr << std::exchange(news, {}) << std::flush;
    here.sleep_for(between_memory_looks);
  }
}

Ending run(farm::Engine& here, const Terms& terms, const Order& order) {
  if (terms.memory_free > 0) wait_for_memory(here, terms.memory_free);
  here.check_stop();
  Execution execution(here, terms, order);
  const app::Bell& bell = here[equipment].bell;
  const std::stop_callback ring(here.stop_token(), [&bell] { bell.ring(); });
  return execution.run();
}

}  // namespace

app::Ending execute(farm::Engine& here, const app::Terms& terms, const app::Order& order) {
  Ending ending;
  try {
    ending = run(here, terms, order);
  } catch (const app::KeeperGone& error) {
    // It would fail one command after the other. Its end gives them to other engines.
    if (here.id().rank() > 0 && here.size() > 1) {
      std::cerr << "farm_app run: engine " << here.id() << " ends: " << error.what() << std::endl;
      std::raise(SIGKILL);
    }
    throw farm::Error(error.what());
  } catch (const std::system_error& error) {
    throw farm::Error("files for a command: " + std::string(error.what()));
  }
  if (ending.cause == Cause::stopped) throw farm::Interrupted(failure_text(ending));
  if (!ending.good() && ending.attempt < terms.attempts) throw farm::Error(failure_text(ending));
  return ending;
}

}  // namespace run_kernels
