CREATE TABLE members (id SERIAL PRIMARY KEY, email TEXT NOT NULL);
CREATE UNIQUE INDEX members_email ON members (email);
CREATE UNIQUE INDEX members_email ON members (email);
