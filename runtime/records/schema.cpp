// The journal's tables. Tasks are numbered through all runs: an item's number is that of its call
// plus its place in it, so that one B-tree in the order of time holds all results, and each insert
// is an append.

#include "records/schema.hpp"

namespace farm::records {

namespace {

constexpr std::int64_t application_id = 0x4641524d;  // "FARM"
constexpr std::int64_t version = 1;

constexpr const char* tables = R"sql(
CREATE TABLE runs(
  run INTEGER PRIMARY KEY,
  program TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER);
CREATE TABLE engines(
  run INTEGER NOT NULL,
  engine INTEGER NOT NULL,
  host TEXT NOT NULL,
  PRIMARY KEY(run, engine)) WITHOUT ROWID;
CREATE TABLE kernels(
  kernel INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  identity TEXT NOT NULL UNIQUE);
CREATE TABLE calls(
  task INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  run INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  share INTEGER NOT NULL,
  sequence INTEGER,
  kernel INTEGER NOT NULL,
  label TEXT,
  submitted INTEGER NOT NULL,
  result_size INTEGER,
  digest BLOB);
CREATE INDEX calls_position ON calls(share, sequence) WHERE sequence IS NOT NULL;
CREATE TABLE resumed(
  task INTEGER NOT NULL,
  run INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  PRIMARY KEY(task, run)) WITHOUT ROWID;
CREATE TABLE chunks(
  task INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  run INTEGER NOT NULL,
  status INTEGER NOT NULL,
  engine INTEGER,
  attempt INTEGER NOT NULL,
  started INTEGER,
  completed INTEGER,
  received INTEGER NOT NULL,
  error TEXT,
  results BLOB);
CREATE TABLE tries(
  task INTEGER NOT NULL,
  count INTEGER NOT NULL,
  run INTEGER NOT NULL,
  engine INTEGER,
  attempt INTEGER NOT NULL,
  started INTEGER,
  completed INTEGER,
  error TEXT);
CREATE TABLE outputs(
  task INTEGER PRIMARY KEY,
  stdout TEXT,
  stderr TEXT);
CREATE TABLE resubmissions(
  task INTEGER NOT NULL,
  again INTEGER NOT NULL,
  PRIMARY KEY(task, again)) WITHOUT ROWID;
)sql";

constexpr const char* views = R"sql(
CREATE VIEW tasks AS
WITH RECURSIVE items(task, call, last) AS (
  SELECT task, task, task + count - 1 FROM calls
  UNION ALL
  SELECT task + 1, call, last FROM items WHERE task < last)
SELECT
  items.task AS task,
  items.call AS call,
  items.task - items.call AS item,
  CASE WHEN calls.sequence IS NULL THEN NULL
       ELSE (calls.share & 4294967295) || '.' || (calls.share >> 32) || '.' || calls.sequence || '.' || (items.task - items.call) END AS key,
  kernels.name AS kernel,
  calls.label AS label,
  CASE calls.kind WHEN 0 THEN 'balanced' WHEN 1 THEN 'direct' WHEN 2 THEN 'collective'
                  WHEN 3 THEN 'nested' WHEN 4 THEN 'setup' ELSE 'once' END AS kind,
  CASE WHEN chunks.status = 0 THEN 'done' WHEN chunks.status = 1 THEN 'failed'
       WHEN chunks.status = 2 THEN 'aborted'
       WHEN calls.digest IS NULL AND calls.run < (SELECT max(run) FROM runs) THEN 'lost'
       ELSE 'pending' END AS status,
  coalesce(chunks.run, calls.run) AS run,
  chunks.engine AS engine,
  engines.host AS host,
  chunks.attempt AS attempt,
  chunks.error AS error,
  strftime('%Y-%m-%d %H:%M:%f',
           coalesce(resumed.submitted, calls.submitted) / 1e9, 'unixepoch') AS submitted,
  strftime('%Y-%m-%d %H:%M:%f', chunks.started / 1e9, 'unixepoch') AS started,
  strftime('%Y-%m-%d %H:%M:%f', chunks.completed / 1e9, 'unixepoch') AS completed,
  (chunks.completed - chunks.started) / 1e9 / chunks.count AS seconds,
  outputs.stdout AS stdout,
  outputs.stderr AS stderr,
  (SELECT max(again) FROM resubmissions WHERE resubmissions.task = items.task) AS again,
  coalesce(resumed.submitted, calls.submitted) AS submitted_ns,
  chunks.started AS started_ns,
  chunks.completed AS completed_ns,
  chunks.received AS received_ns,
  chunks.task AS chunk,
  chunks.count AS in_chunk
FROM items
JOIN calls ON calls.task = items.call
LEFT JOIN kernels ON kernels.kernel = calls.kernel
LEFT JOIN chunks ON chunks.task = (SELECT max(task) FROM chunks WHERE task <= items.task)
                AND items.task < chunks.task + chunks.count
LEFT JOIN resumed ON resumed.task = items.call AND resumed.run = chunks.run
LEFT JOIN engines ON engines.run = chunks.run AND engines.engine = chunks.engine
LEFT JOIN outputs ON outputs.task = items.task;
)sql";

}  // namespace

void make_tables(Database& database) {
  database.run("BEGIN IMMEDIATE");
  database.run(tables);
  database.run(views);
  database.run("PRAGMA application_id = " + std::to_string(application_id));
  database.run("PRAGMA user_version = " + std::to_string(version));
  database.run("COMMIT");
}

Content content_of(Database& database) {
  if (database.number("SELECT count(*) FROM sqlite_master") == 0) return Content::empty;
  if (database.number("PRAGMA application_id") != application_id) return Content::other;
  return database.number("PRAGMA user_version") == version ? Content::journal
                                                           : Content::other_version;
}

}  // namespace farm::records
