#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "records/database.hpp"
#include "records/entry.hpp"
#include "time/clock.hpp"

namespace farm::records {

/// Turns entries into rows. For the writer's thread and connection.
class Rows {
 public:
  Rows(Database& database, std::int64_t run, const time::Clock& clock);

  /// Throws DatabaseError.
  void write(const Entry& entry, std::span<const std::byte> bytes);
  /// The transaction in which rows were written has not taken place.
  void forget() { kernels_.clear(); }

 private:
  void call(const Entry& entry, std::span<const std::byte> bytes);
  void resumed(const Entry& entry);
  void erased(const Entry& entry);
  void ended(const Entry& entry, std::span<const std::byte> bytes);
  void tried(const Entry& entry, std::span<const std::byte> bytes);
  std::int64_t number_of(const detail::KernelEntry& kernel);
  std::int64_t civil(std::int64_t at) const;

  std::int64_t run_;
  time::Clock clock_;
  std::unordered_map<const detail::KernelEntry*, std::int64_t> kernels_;
  Statement add_kernel_;
  Statement find_kernel_;
  Statement add_call_;
  Statement add_resumed_;
  Statement set_aside_;
  Statement drop_unfinished_;
  Statement drop_call_;
  Statement drop_chunks_;
  Statement add_chunk_;
  Statement add_try_;
  Statement add_output_;
  Statement add_resubmission_;
};

}  // namespace farm::records
