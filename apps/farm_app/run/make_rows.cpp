// From the inputs of a command line to rows: files that come first are read as a stream, all else
// is a table that is counted through.

#include <algorithm>
#include <utility>

#include "farm_app/command_line.hpp"
#include "farm_app/run/rows.hpp"
#include "farm_app/run/samples.hpp"

namespace app {

namespace {

using InputKind = InputSource::Kind;
using Group = std::vector<const InputSource*>;  // linked with one another

Row row_of(const Columns& columns, const std::string& record) {
  return record.empty() ? Row{""} : columns.split(record);
}

std::unique_ptr<Table> list_of(const InputSource& source, const JobSource& rules) {
  std::vector<Row> rows;
  std::vector<std::string> names;
  if (source.kind == InputKind::file) {
    if (rules.follow) throw UsageError("--follow is for one file of values, or a task file");
    FileRows file(source, rules);
    Row row;
    std::uint64_t index = 0;
    for (Pull pull = Pull::got; pull != Pull::end;) {
      pull = file.next(row, index, -1);
      if (pull == Pull::got) rows.push_back(row);
    }
    names = file.names();
  } else {
    const Columns columns(rules);
    for (const std::string& value : source.values) rows.push_back(row_of(columns, value));
    if (rules.header && !rows.empty()) {
      names = rows.front();
      rows.erase(rows.begin());
    }
  }
  std::size_t widest = 1;
  for (const Row& row : rows) widest = std::max(widest, row.size());
  names.resize(widest);
  return std::make_unique<ListTable>(std::move(names), std::move(rows));
}

std::unique_ptr<Table> table_of(const InputSource& source, const JobSource& rules) {
  if (source.kind == InputKind::range) return std::make_unique<RangeTable>(source);
  return list_of(source, rules);
}

std::unique_ptr<Table> table_of(const Group& group, const JobSource& rules) {
  if (rules.sample && group.front()->kind == InputKind::range) {
    std::vector<InputSource> ranges;
    for (const InputSource* source : group) ranges.push_back(*source);
    return std::make_unique<SampleTable>(*rules.sample, ranges, rules.seed);
  }
  std::vector<std::unique_ptr<Table>> parts;
  for (const InputSource* source : group) parts.push_back(table_of(*source, rules));
  if (parts.size() == 1) return std::move(parts.front());
  return std::make_unique<LinkedTable>(std::move(parts));
}

bool has_file(const Group& group) {
  return std::any_of(group.begin(), group.end(),
                     [](const InputSource* source) { return source->kind == InputKind::file; });
}

std::unique_ptr<Rows> stream_of(const Group& group, const JobSource& rules) {
  std::vector<std::unique_ptr<Rows>> parts;
  for (const InputSource* source : group) {
    if (source->kind == InputKind::file) {
      parts.push_back(std::make_unique<FileRows>(*source, rules));
    } else {
      parts.push_back(std::make_unique<TableRows>(table_of(*source, rules), std::nullopt));
    }
  }
  if (parts.size() == 1) return std::move(parts.front());
  return std::make_unique<LinkedRows>(std::move(parts));
}

std::vector<Group> groups_of(const JobSource& source) {
  std::vector<Group> groups;
  const auto sampled = [&](const InputSource& input) {
    return source.sample && input.kind == InputKind::range;
  };
  for (const InputSource& input : source.inputs) {
    const bool same = !groups.empty() && sampled(input) && sampled(*groups.back().front());
    if (groups.empty() || !(input.linked || same)) groups.emplace_back();
    groups.back().push_back(&input);
  }
  return groups;
}

}  // namespace

std::unique_ptr<Rows> make_rows(const JobSource& source) {
  const std::vector<Group> groups = groups_of(source);
  // A shuffled source has to be known as a whole.
  const bool streams = !source.shuffle && !groups.empty() && has_file(groups.front());
  std::unique_ptr<Rows> stream;
  if (streams) stream = stream_of(groups.front(), source);

  std::vector<std::unique_ptr<Table>> tables;
  for (std::size_t i = streams ? 1 : 0; i < groups.size(); ++i) {
    tables.push_back(table_of(groups[i], source));
  }
  if (streams && tables.empty()) return stream;
  auto table = std::make_unique<ProductTable>(std::move(tables));
  if (streams) return std::make_unique<ProductRows>(std::move(stream), std::move(table));
  const auto seed = source.shuffle ? std::optional(source.seed) : std::nullopt;
  return std::make_unique<TableRows>(std::move(table), seed);
}

}  // namespace app
