-- Of `examples/churn`. Times are in seconds since 1970, dates in UTC. STRICT, for a sum that overflows to be an
-- error and not a REAL; WITHOUT ROWID, for the key to be the table.
CREATE TABLE IF NOT EXISTS churn_path_months (
    path TEXT NOT NULL,
    month TEXT NOT NULL,
    commits INTEGER NOT NULL,
    added INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    first_change INTEGER NOT NULL,
    last_change INTEGER NOT NULL,
    PRIMARY KEY (path, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS churn_days (
    day TEXT NOT NULL PRIMARY KEY,
    commits INTEGER NOT NULL,
    added INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    first_change INTEGER NOT NULL,
    last_change INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS churn_totals (
    id INTEGER NOT NULL PRIMARY KEY,
    commits INTEGER NOT NULL,
    added INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    first_change INTEGER NOT NULL,
    last_change INTEGER NOT NULL
) STRICT;
