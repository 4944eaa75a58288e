-- What `upsert_runtime::ledger` writes.
CREATE TABLE IF NOT EXISTS upsert_ledger (
    id BLOB NOT NULL PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID;

-- Old ones are deleted by it.
CREATE INDEX IF NOT EXISTS upsert_ledger_applied_at ON upsert_ledger (applied_at);

-- One row a `Writer`.
CREATE TABLE IF NOT EXISTS upsert_writers (
    name BLOB NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    sequence BIGINT NOT NULL
) WITHOUT ROWID;
