// Jobs of a command and values.

#include <algorithm>
#include <utility>

#include "farm_app/run/deck.hpp"
#include "farm_app/run/job_maker.hpp"
#include "farm_app/run/replacement.hpp"
#include "farm_app/run/rows.hpp"

namespace app {

namespace {

bool is_blank(const std::string& value) {
  return value.find_first_not_of(" \t\n\v\f\r") == std::string::npos;
}

class JobsOfValues final : public JobMaker {
 public:
  explicit JobsOfValues(const RunSettings& settings)
      : rows_(make_rows(settings.source)),
        command_(Replacement::command(settings.source.command, rows_->names(),
                                      settings.source.templates.empty())),
        tag_(settings.tagstring.empty() ? "{}" : settings.tagstring, rows_->names(), false),
        tagged_(settings.tag),
        shuffled_(settings.source.shuffle),
        skip_empty_(settings.source.skip_empty),
        templates_(settings.source.templates) {
    if (!templates_.empty()) decks_.emplace(templates_, rows_->names());
  }

  Next next(double patience) override {
    Next next;
    std::uint64_t index = 0;
    for (;;) {
      const Pull pull = rows_->next(next.job.values, index, patience);
      if (pull != Pull::got) {
        next.kind = pull == Pull::end ? Next::Kind::end : Next::Kind::not_yet;
        return next;
      }
      if (!skips(next.job.values)) break;
      // Numbers without gaps, as GNU parallel has them, are possible in the order of the source.
      if (!shuffled_) ++skipped_;
    }
    next.kind = Next::Kind::job;
    fill(next.job, index + 1 - skipped_);
    return next;
  }

  std::optional<std::uint64_t> total(const std::stop_token& stop) const override {
    return skip_empty_ ? std::nullopt : rows_->total(stop);
  }

  const std::vector<std::string>& names() const override { return rows_->names(); }

 private:
  bool skips(const Row& row) const {
    return skip_empty_ && std::all_of(row.begin(), row.end(), is_blank);
  }

  void fill(Job& job, std::uint64_t seq) {
    job.seq = seq;
    job.command = command_.fill(job.values, seq);
    if (tagged_) job.tag = tag_.fill(job.values, seq);
    if (!decks_) return;
    std::vector<std::string> texts = decks_->render(job.values, seq);
    for (std::size_t i = 0; i < templates_.size(); ++i) {
      if (templates_[i].output == "-") {
        job.input = std::move(texts[i]);
      } else {
        job.files.emplace_back(templates_[i].output, std::move(texts[i]));
      }
    }
  }

  std::unique_ptr<Rows> rows_;
  Replacement command_;
  Replacement tag_;
  bool tagged_;
  bool shuffled_;
  bool skip_empty_;
  std::uint64_t skipped_ = 0;
  std::vector<DeckTemplate> templates_;
  std::optional<DeckRenderer> decks_;
};

}  // namespace

std::unique_ptr<JobMaker> jobs_of_values(const RunSettings& settings) {
  return std::make_unique<JobsOfValues>(settings);
}

}  // namespace app
