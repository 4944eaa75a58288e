-- What `upsert_runtime::ledger` writes. An id is bytes, so that no collation takes two for one; and the tables have
-- transactions, whatever the default engine is. Without an index of its own the clean-up would lock every row.
CREATE TABLE IF NOT EXISTS upsert_ledger (
    id VARBINARY(255) NOT NULL PRIMARY KEY,
    applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    KEY upsert_ledger_applied_at (applied_at)
) ENGINE = InnoDB;

-- One row a `Writer`.
CREATE TABLE IF NOT EXISTS upsert_writers (
    name VARBINARY(255) NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    sequence BIGINT NOT NULL
) ENGINE = InnoDB;
