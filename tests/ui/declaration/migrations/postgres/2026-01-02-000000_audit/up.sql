CREATE TABLE audit (id SERIAL PRIMARY KEY);
CREATE UNIQUE INDEX users_live_name ON users (lower(name)) WHERE nick <> '';
