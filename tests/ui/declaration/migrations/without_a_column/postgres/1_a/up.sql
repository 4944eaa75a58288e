CREATE TABLE members (
    id SERIAL PRIMARY KEY,
    fax TEXT NOT NULL,

    UNIQUE (fax)
);
