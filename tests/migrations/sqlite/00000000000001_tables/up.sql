CREATE TABLE page_hits (
    page TEXT NOT NULL,
    day INTEGER NOT NULL,
    n BIGINT NOT NULL DEFAULT 0,
    likes BIGINT,
    title TEXT,
    ratio DOUBLE NOT NULL DEFAULT 1,
    PRIMARY KEY (page, day)
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    logins INTEGER NOT NULL DEFAULT 0,
    deleted BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE UNIQUE INDEX users_live_email ON users (email) WHERE deleted = FALSE;
CREATE UNIQUE INDEX users_lower_name ON users (lower(name));
