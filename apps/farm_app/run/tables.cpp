#include "farm_app/run/tables.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "farm_app/command_line.hpp"

namespace app {

namespace {

std::vector<std::string> all_names(const std::vector<std::unique_ptr<Table>>& parts) {
  std::vector<std::string> names;
  for (const auto& part : parts) {
    names.insert(names.end(), part->names().begin(), part->names().end());
  }
  return names;
}

bool all_empty(const std::vector<std::unique_ptr<Table>>& parts) {
  return std::all_of(parts.begin(), parts.end(),
                     [](const auto& part) { return part->size() == 0; });
}

// What GNU parallel makes of a source without values beside others.
void fill_empty(std::vector<std::unique_ptr<Table>>& parts) {
  for (auto& part : parts) {
    if (part->size() > 0) continue;
    part = std::make_unique<ListTable>(part->names(), std::vector<Row>{empty_row(*part)});
  }
}

}  // namespace

Row empty_row(const Table& table) { return Row(std::max<std::size_t>(table.names().size(), 1)); }

void ListTable::append(std::uint64_t index, Row& row) const {
  const Row& values = rows_[index];
  row.insert(row.end(), values.begin(), values.end());
}

LinkedTable::LinkedTable(std::vector<std::unique_ptr<Table>> parts)
    : parts_(std::move(parts)), names_(all_names(parts_)) {
  if (all_empty(parts_)) return;
  fill_empty(parts_);
  size_ = std::numeric_limits<std::uint64_t>::max();
  for (const auto& part : parts_) size_ = std::min(size_, part->size());
}

void LinkedTable::append(std::uint64_t index, Row& row) const {
  for (const auto& part : parts_) part->append(index, row);
}

ProductTable::ProductTable(std::vector<std::unique_ptr<Table>> parts)
    : parts_(std::move(parts)), names_(all_names(parts_)) {
  if (all_empty(parts_)) return;
  fill_empty(parts_);
  size_ = 1;
  for (const auto& part : parts_) {
    if (__builtin_mul_overflow(size_, part->size(), &size_) || size_ >> 63U != 0) {
      throw UsageError("the product of the inputs has more than 2^63 elements");
    }
  }
}

void ProductTable::append(std::uint64_t index, Row& row) const {
  std::uint64_t below = size_;
  for (const auto& part : parts_) {
    below /= part->size();
    part->append(index / below, row);
    index %= below;
  }
}

}  // namespace app
