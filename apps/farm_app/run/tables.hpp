#pragma once
// Rows of values that can be asked for by their number, so that products of them need not be
// stored.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "farm_app/run/job_source.hpp"
#include "farm_app/run/ranges.hpp"

namespace app {

using Row = std::vector<std::string>;

class Table {
 public:
  virtual ~Table() = default;
  virtual std::uint64_t size() const = 0;
  /// Puts row `index`, which is less than the size, behind what `row` has.
  virtual void append(std::uint64_t index, Row& row) const = 0;
  /// Names of its columns, empty ones where they have none.
  virtual const std::vector<std::string>& names() const = 0;
};

/// Rows in memory.
class ListTable final : public Table {
 public:
  ListTable(std::vector<std::string> names, std::vector<Row> rows)
      : names_(std::move(names)), rows_(std::move(rows)) {}

  std::uint64_t size() const override { return rows_.size(); }
  void append(std::uint64_t index, Row& row) const override;
  const std::vector<std::string>& names() const override { return names_; }

 private:
  std::vector<std::string> names_;
  std::vector<Row> rows_;
};

/// One column: the numbers of --range.
class RangeTable final : public Table {
 public:
  explicit RangeTable(const InputSource& source) : names_{source.name}, range_(source) {}

  std::uint64_t size() const override { return range_.size(); }
  void append(std::uint64_t index, Row& row) const override { row.push_back(range_.at(index)); }
  const std::vector<std::string>& names() const override { return names_; }

 private:
  std::vector<std::string> names_;
  NumberRange range_;
};

/// Tables that go in step, as far as the shortest.
class LinkedTable final : public Table {
 public:
  explicit LinkedTable(std::vector<std::unique_ptr<Table>> parts);

  std::uint64_t size() const override { return size_; }
  void append(std::uint64_t index, Row& row) const override;
  const std::vector<std::string>& names() const override { return names_; }

 private:
  std::vector<std::unique_ptr<Table>> parts_;
  std::vector<std::string> names_;
  std::uint64_t size_ = 0;
};

/// Every row of the first with every row of the second and so on; the last one goes fastest. An
/// empty one counts as a row of empty values, unless all are empty.
class ProductTable final : public Table {
 public:
  /// Throws UsageError if there are more rows than 2^63.
  explicit ProductTable(std::vector<std::unique_ptr<Table>> parts);

  std::uint64_t size() const override { return size_; }
  void append(std::uint64_t index, Row& row) const override;
  const std::vector<std::string>& names() const override { return names_; }

 private:
  std::vector<std::unique_ptr<Table>> parts_;
  std::vector<std::string> names_;
  std::uint64_t size_ = 0;
};

/// As many empty values as `table` has columns, and at least one.
Row empty_row(const Table& table);

}  // namespace app
