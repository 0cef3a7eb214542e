#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "farm/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace farm::records {

/// What SQLite says, with its code.
class DatabaseError : public Error {
 public:
  DatabaseError(const std::string& what, int code) : Error(what), code_(code) {}
  int code() const { return code_; }
  /// Whether the file is none of SQLite's, or damaged.
  bool no_database() const;

 private:
  int code_;
};

/// A connection to an SQLite file, for one thread at a time.
class Database {
 public:
  enum class Access { read, write };

  /// Opens the file, or makes it (write). Throws DatabaseError.
  Database(const std::string& file, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements that answer nothing. Throws DatabaseError.
  void run(const std::string& sql);
  /// The same where failing is no news; false if it failed.
  bool try_run(const std::string& sql) noexcept;
  std::int64_t number(const std::string& sql);
  std::string text(const std::string& sql);
  bool read_only() const;

  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

/// A prepared statement. Parameters count from 1, columns from 0. What is bound as text or blob
/// must live until the next reset.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int at, std::int64_t value);
  Statement& bind(int at, std::string_view text);
  Statement& bind(int at, std::span<const std::byte> blob);
  Statement& bind_null(int at);
  /// Whether there is another row. Throws DatabaseError.
  bool step();
  /// For the next set of parameters; those that are not bound again stay.
  void reset() noexcept;
  /// step and reset, of a statement that answers nothing.
  void run();

  bool null(int column) const;
  std::int64_t number(int column) const;
  std::string text(int column) const;
  /// Valid until the next step or reset.
  std::span<const std::byte> blob(int column) const;

 private:
  void check(int code) const;

  Database* database_;
  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace farm::records
