#include "records/database.hpp"

#include <sqlite3.h>

namespace farm::records {

namespace {

// How long to wait for somebody else who writes or reads.
constexpr int patience_ms = 10'000;

[[noreturn]] void fail(sqlite3* handle, int code) {
  throw DatabaseError(handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code),
                      handle != nullptr ? sqlite3_extended_errcode(handle) : code);
}

}  // namespace

bool DatabaseError::no_database() const {
  return (code_ & 0xff) == SQLITE_NOTADB || (code_ & 0xff) == SQLITE_CORRUPT;
}

Database::Database(const std::string& file, Access access) {
  const int how =
      access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(file.c_str(), &handle_, how | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_busy_timeout(handle_, patience_ms);
    return;
  }
  const DatabaseError error(handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code),
                            code);
  sqlite3_close(handle_);
  throw error;  // NOLINT(misc-throw-by-value-catch-by-reference): made above, by value
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_, code);
}

bool Database::try_run(const std::string& sql) noexcept {
  return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::int64_t Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

bool Database::read_only() const { return sqlite3_db_readonly(handle_, "main") == 1; }

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  check(sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &handle_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(database_->handle(), code);
}

Statement& Statement::bind(int at, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, at, value));
  return *this;
}

Statement& Statement::bind(int at, std::string_view text) {
  check(sqlite3_bind_text64(handle_, at, text.data() == nullptr ? "" : text.data(), text.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int at, std::span<const std::byte> blob) {
  // SQLite takes a blob at address 0 for none.
  check(blob.empty() ? sqlite3_bind_zeroblob(handle_, at, 0)
                     : sqlite3_bind_blob64(handle_, at, blob.data(), blob.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null(int at) {
  check(sqlite3_bind_null(handle_, at));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const DatabaseError error(sqlite3_errmsg(database_->handle()),
                            sqlite3_extended_errcode(database_->handle()));
  sqlite3_reset(handle_);  // or nothing could be bound to it any more
  throw error;             // NOLINT(misc-throw-by-value-catch-by-reference): made above, by value
}

void Statement::reset() noexcept { sqlite3_reset(handle_); }

void Statement::run() {
  step();
  check(sqlite3_reset(handle_));
}

bool Statement::null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(handle_, column); }

std::string Statement::text(int column) const {
  const auto* text = sqlite3_column_text(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text), size);
}

std::span<const std::byte> Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(handle_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return {static_cast<const std::byte*>(data), data == nullptr ? 0 : size};
}

}  // namespace farm::records
