CREATE TABLE articles (
    id BIGINT PRIMARY KEY,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    slug TEXT NOT NULL GENERATED ALWAYS AS (lower(first || last)) STORED UNIQUE,
    email TEXT UNIQUE,
    tag TEXT GENERATED ALWAYS AS (nullif(first, '')) STORED UNIQUE,
    n INTEGER NOT NULL
);
CREATE UNIQUE INDEX articles_upper ON articles (upper(slug));
