#pragma once

#include <cstdint>

#include "records/database.hpp"

namespace farm::records {

/// What a task has come to, as the column `status` of `chunks` says it.
enum class Ending : std::uint8_t { done = 0, failed = 1, aborted = 2 };

/// The kinds of calls, as the column `kind` of `calls` says them.
enum class CallKind : std::uint8_t {
  balanced = 0,    ///< through a load-balanced view; alone is recalled in the next run
  direct = 1,      ///< of a direct view
  collective = 2,  ///< push, pull, scatter, gather
  nested = 3,      ///< submitted by a kernel
  setup = 4,       ///< an executor's initializer
  once = 5,        ///< never recalled: its value stays on an engine, or it is a resubmission
};

/// Makes the tables, in an empty file.
void make_tables(Database& database);

/// Whether this is a journal of this version of the farm. An empty file is none.
enum class Content { empty, journal, other_version, other };
Content content_of(Database& database);

}  // namespace farm::records
