use upsert_runtime::{unique_keys, upsert};

mod schema {
    diesel::table! {
        visits (id) {
            id -> Integer,
            rowid -> BigInt,
            n -> Integer,
        }
    }

    diesel::table! {
        owners (id) {
            id -> Integer,
            oid -> Integer,
        }
    }
}

unique_keys!(schema, migrations = { sqlite: "migrations/rowid/sqlite" });

use schema::{owners, visits};

fn main() {
    // Accepted: it is a column of its own.
    let _ = upsert!(owners, conflict = (id), set = < oid >);
    let _ = upsert!(visits, conflict = (id), set = < n += 1 >);

    let _ = upsert!(visits, conflict = (id), set = < n += 1, rowid = 7 >);
    let _ = upsert!(visits, values = { id: 1, rowid: 7, n: 1 }, conflict = (id), set = < .. >);
}
