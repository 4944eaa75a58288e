-- Of `examples/churn`. Times are in seconds since 1970, dates in UTC. Keys are compared byte by byte, whatever the
-- collation of the database.
CREATE TABLE IF NOT EXISTS churn_path_months (
    path TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    commits BIGINT NOT NULL,
    added BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    first_change BIGINT NOT NULL,
    last_change BIGINT NOT NULL,
    PRIMARY KEY (path, month)
);

CREATE TABLE IF NOT EXISTS churn_days (
    day TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    commits BIGINT NOT NULL,
    added BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    first_change BIGINT NOT NULL,
    last_change BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS churn_totals (
    id INTEGER NOT NULL PRIMARY KEY,
    commits BIGINT NOT NULL,
    added BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    first_change BIGINT NOT NULL,
    last_change BIGINT NOT NULL
);
