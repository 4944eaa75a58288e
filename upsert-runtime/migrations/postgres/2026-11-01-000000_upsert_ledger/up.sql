-- What `upsert_runtime::ledger` writes. An id is bytes, so that no collation takes two for one.
CREATE TABLE IF NOT EXISTS upsert_ledger (
    id BYTEA NOT NULL PRIMARY KEY,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Old ones are deleted by it.
CREATE INDEX IF NOT EXISTS upsert_ledger_applied_at ON upsert_ledger (applied_at);

-- One row a `Writer`, which each of its operations updates: room for new versions of it in its page.
CREATE TABLE IF NOT EXISTS upsert_writers (
    name BYTEA NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    sequence BIGINT NOT NULL
) WITH (fillfactor = 50);
