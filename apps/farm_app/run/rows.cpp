#include "farm_app/run/rows.hpp"

#include <algorithm>
#include <utility>

namespace app {

namespace {

// Any number will do that nothing else draws from the same seed with.
constexpr std::uint64_t order_stream = 0;

}  // namespace

TableRows::TableRows(std::unique_ptr<Table> table, std::optional<std::uint64_t> seed)
    : table_(std::move(table)) {
  if (seed) order_.emplace(table_->size(), *seed, order_stream);
}

Pull TableRows::next(Row& row, std::uint64_t& index, double /*patience*/) {
  if (next_ == table_->size()) return Pull::end;
  index = order_ ? (*order_)(next_) : next_;
  ++next_;
  row.clear();
  table_->append(index, row);
  return Pull::got;
}

FileRows::FileRows(const InputSource& source, const JobSource& rules)
    : file_(source.file),
      rules_{rules.delimiter, rules.csv, rules.follow},
      columns_(rules),
      reader_(source.file, rules_) {
  if (!rules.header) return;
  std::string record;
  Pull pull = Pull::not_yet;
  while (pull == Pull::not_yet) pull = reader_.next(record, -1);
  if (pull == Pull::got) names_ = columns_.split(record);
}

Pull FileRows::next(Row& row, std::uint64_t& index, double patience) {
  std::string record;
  const Pull pull = reader_.next(record, patience);
  if (pull != Pull::got) return pull;
  row = columns_.split(record);
  index = next_++;
  return pull;
}

std::optional<std::uint64_t> FileRows::total(const std::stop_token& stop) const {
  if (!reader_.regular() || rules_.follow || file_ == "-") return std::nullopt;
  RecordReader again(file_, rules_);
  std::uint64_t rows = 0;
  std::string record;
  for (Pull pull; (pull = again.next(record, 0)) != Pull::end;) {
    if (stop.stop_requested()) return std::nullopt;
    if (pull == Pull::got) ++rows;
  }
  const std::uint64_t header = names_.empty() ? 0 : 1;
  return rows - std::min(rows, header);
}

LinkedRows::LinkedRows(std::vector<std::unique_ptr<Rows>> parts) : parts_(std::move(parts)) {
  for (const auto& part : parts_) {
    names_.insert(names_.end(), part->names().begin(), part->names().end());
  }
}

Pull LinkedRows::next(Row& row, std::uint64_t& index, double patience) {
  for (; read_ < parts_.size(); ++read_) {
    Row part;
    std::uint64_t unused = 0;
    const Pull pull = parts_[read_]->next(part, unused, patience);
    if (pull != Pull::got) return pull;
    std::move(part.begin(), part.end(), std::back_inserter(row_));
  }
  read_ = 0;
  row = std::exchange(row_, {});
  index = next_++;
  return Pull::got;
}

std::optional<std::uint64_t> LinkedRows::total(const std::stop_token& stop) const {
  std::optional<std::uint64_t> least;
  for (const auto& part : parts_) {
    const auto total = part->total(stop);
    if (!total) return std::nullopt;
    least = std::min(*total, least.value_or(*total));
  }
  return least;
}

ProductRows::ProductRows(std::unique_ptr<Rows> stream, std::unique_ptr<Table> table)
    : stream_(std::move(stream)), table_(std::move(table)), names_(stream_->names()) {
  if (names_.empty()) names_.resize(1);
  names_.insert(names_.end(), table_->names().begin(), table_->names().end());
}

Pull ProductRows::next(Row& row, std::uint64_t& index, double patience) {
  if (at_ == 0) {
    if (ended_) return Pull::end;
    std::uint64_t unused = 0;
    const Pull pull = stream_->next(row_, unused, patience);
    if (pull == Pull::not_yet) return pull;
    if (pull == Pull::end) {
      ended_ = true;
      // An empty source counts as an empty value, as in ProductTable.
      if (any_ || table_->size() == 0) return Pull::end;
      row_.assign(std::max<std::size_t>(stream_->names().size(), 1), "");
    }
    any_ = true;
  }
  row = row_;
  if (table_->size() == 0) {
    const Row empty = empty_row(*table_);
    row.insert(row.end(), empty.begin(), empty.end());
  } else {
    table_->append(at_, row);
    at_ = (at_ + 1) % table_->size();
  }
  index = next_++;
  return Pull::got;
}

std::optional<std::uint64_t> ProductRows::total(const std::stop_token& stop) const {
  const auto rows = stream_->total(stop);
  if (!rows) return std::nullopt;
  if (*rows == 0) return table_->size();
  return *rows * std::max<std::uint64_t>(table_->size(), 1);
}

}  // namespace app
