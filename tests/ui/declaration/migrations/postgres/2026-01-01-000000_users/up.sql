CREATE TABLE users (
    id SERIAL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    nick TEXT NOT NULL DEFAULT '',
    CONSTRAINT users_nick UNIQUE (nick)
);

CREATE UNIQUE INDEX users_email ON users (email);
