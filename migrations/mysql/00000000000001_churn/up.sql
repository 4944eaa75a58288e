-- Of `examples/churn`. Times are in seconds since 1970, dates in UTC. A path is bytes: most collations ignore case,
-- and MySQL and MariaDB have none in common that does not ignore spaces at the end. 2,000 of them, since a key has
-- room for 3,072.
CREATE TABLE IF NOT EXISTS churn_path_months (
    path VARBINARY(2000) NOT NULL,
    month VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    commits BIGINT NOT NULL,
    added BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    first_change BIGINT NOT NULL,
    last_change BIGINT NOT NULL,
    PRIMARY KEY (path, month)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;

CREATE TABLE IF NOT EXISTS churn_days (
    day VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    commits BIGINT NOT NULL,
    added BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    first_change BIGINT NOT NULL,
    last_change BIGINT NOT NULL
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS churn_totals (
    id INTEGER NOT NULL PRIMARY KEY,
    commits BIGINT NOT NULL,
    added BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    first_change BIGINT NOT NULL,
    last_change BIGINT NOT NULL
) ENGINE = InnoDB;
