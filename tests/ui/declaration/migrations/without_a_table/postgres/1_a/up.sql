-- One that `table!` has not.
CREATE TABLE orders (
    id SERIAL PRIMARY KEY
);
