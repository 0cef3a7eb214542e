#pragma once
// Rows of values one after the other: what commands are made of.

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "farm_app/run/columns.hpp"
#include "farm_app/run/permutation.hpp"
#include "farm_app/run/record_reader.hpp"
#include "farm_app/run/tables.hpp"

namespace app {

class Rows {
 public:
  virtual ~Rows() = default;
  /// The next row, whose number in the unshuffled order, from 0, goes to `index`.
  virtual Pull next(Row& row, std::uint64_t& index, double patience) = 0;
  virtual std::optional<std::uint64_t> total(const std::stop_token& stop) const = 0;
  virtual const std::vector<std::string>& names() const = 0;
};

/// Those of a table, in a random order if there is a seed.
class TableRows final : public Rows {
 public:
  TableRows(std::unique_ptr<Table> table, std::optional<std::uint64_t> seed);

  Pull next(Row& row, std::uint64_t& index, double patience) override;
  std::optional<std::uint64_t> total(const std::stop_token& /*stop*/) const override {
    return table_->size();
  }
  const std::vector<std::string>& names() const override { return table_->names(); }

 private:
  std::unique_ptr<Table> table_;
  std::optional<Permutation> order_;
  std::uint64_t next_ = 0;
};

/// Those of a file, as they are read.
class FileRows final : public Rows {
 public:
  FileRows(const InputSource& source, const JobSource& rules);

  Pull next(Row& row, std::uint64_t& index, double patience) override;
  std::optional<std::uint64_t> total(const std::stop_token& stop) const override;
  const std::vector<std::string>& names() const override { return names_; }

 private:
  std::string file_;
  RecordReader::Rules rules_;
  Columns columns_;
  RecordReader reader_;
  std::vector<std::string> names_;
  std::uint64_t next_ = 0;
};

/// Rows of several sources that go in step, as far as the shortest.
class LinkedRows final : public Rows {
 public:
  explicit LinkedRows(std::vector<std::unique_ptr<Rows>> parts);

  Pull next(Row& row, std::uint64_t& index, double patience) override;
  std::optional<std::uint64_t> total(const std::stop_token& stop) const override;
  const std::vector<std::string>& names() const override { return names_; }

 private:
  std::vector<std::unique_ptr<Rows>> parts_;
  std::vector<std::string> names_;
  Row row_;               // the beginning of the next one
  std::size_t read_ = 0;  // parts that it has
  std::uint64_t next_ = 0;
};

/// Each row of a stream with each row of a table.
class ProductRows final : public Rows {
 public:
  ProductRows(std::unique_ptr<Rows> stream, std::unique_ptr<Table> table);

  Pull next(Row& row, std::uint64_t& index, double patience) override;
  std::optional<std::uint64_t> total(const std::stop_token& stop) const override;
  const std::vector<std::string>& names() const override { return names_; }

 private:
  std::unique_ptr<Rows> stream_;
  std::unique_ptr<Table> table_;
  std::vector<std::string> names_;
  Row row_;           // of the stream
  bool any_ = false;  // the stream had a row
  bool ended_ = false;
  std::uint64_t at_ = 0;  // in the table; 0: the stream is to be asked
  std::uint64_t next_ = 0;
};

/// What `source` describes; it is shuffled where it asks for that. Throws UsageError and
/// std::runtime_error.
std::unique_ptr<Rows> make_rows(const JobSource& source);

}  // namespace app
