#include "farm_app/run/ledger.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

namespace app {

namespace {

PrinterOptions printer_options(const RunSettings& settings) {
  PrinterOptions options;
  switch (settings.grouping) {
    case Grouping::group:
      options.mode = PrinterOptions::Mode::group;
      break;
    case Grouping::line:
      options.mode = PrinterOptions::Mode::lines;
      break;
    case Grouping::none:
      options.mode = PrinterOptions::Mode::ungroup;
      break;
  }
  options.keep_order = settings.keep_order;
  options.tag = settings.tag;
  return options;
}

ProgressOptions progress_options(const RunSettings& settings) {
  ProgressOptions options{settings.bar, settings.eta, settings.progress};
  options.terminal = isatty(STDERR_FILENO) != 0;
  winsize size{};
  if (options.terminal && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = size.ws_col;
  }
  return options;
}

}  // namespace

Ledger::Ledger(const RunSettings& settings)
    : printer_(printer_options(settings)), progress_(progress_options(settings)) {
  if (!settings.joblog.empty()) {
    joblog_.emplace(settings.joblog, settings.resume == ResumeMode::none
                                         ? JoblogFile::Start::anew
                                         : JoblogFile::Start::append);
  }
  if (!settings.report.empty()) table_.emplace(settings.report);
}

void Ledger::add(std::uint64_t task, Ending ending) {
  totals_.add(ending);
  printer_.ended(task, ending.attempt);
  waiting_.emplace(task, std::move(ending));
  printer_.flush();
  record();
}

// Those whose output could not be written are not done.
void Ledger::record() {
  if (!problem().empty()) return;
  for (const std::uint64_t task : printer_.take_printed()) {
    // What was taken back has printed, too, and is not to be recorded.
    const auto one = waiting_.find(task);
    if (one == waiting_.end()) continue;
    if (joblog_) joblog_->add(one->second);
    if (table_) table_->add(one->second);
    waiting_.erase(one);
  }
}

void Ledger::show(const std::string& text) {
  if (!text.empty()) std::cerr << text << std::flush;
}

void Ledger::say(const std::string& text) {
  show(progress_.clear());
  std::cerr << text << std::flush;
}

void Ledger::flush(std::uint64_t running, double now) {
  printer_.flush();
  record();
  show(progress_.text(totals_, running, now));
}

void Ledger::close(double now) {
  while (printer_.flush()) {
  }
  record();
  show(progress_.last(totals_, now));
  if (table_) table_->commit();
}

}  // namespace app
