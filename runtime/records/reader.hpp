#pragma once

#include <functional>
#include <memory>
#include <string>

#include "farm/records.hpp"
#include "records/database.hpp"

namespace farm::records {

/// Opens a journal for reading, also one that a job is writing. Throws JournalError for a file that
/// is none.
std::unique_ptr<Database> open_to_read(const std::string& file);

/// Hands over the records that match, in the order of ids, as they are at one moment. Throws
/// DatabaseError.
void read_tasks(Database& database, const Query& query,
                const std::function<void(TaskRecord&&)>& take);

}  // namespace farm::records
