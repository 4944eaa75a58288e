use upsert_runtime::{unique_keys, upsert};

mod schema {
    diesel::table! { members (id) { id -> Integer, email -> Text, logins -> BigInt } }
    diesel::table! { hits (id) { id -> Integer, page -> Text, n -> BigInt } }
}

unique_keys!(schema, migration = "migrations/postgres", verify = verify_keys);
unique_keys! { "hits": (page) }

fn main() {
    // Not complained of as well: which keys there are is not known.
    let _ = upsert!(schema::members, conflict = (email), set = < logins += 1 >);
    let _ = upsert!(schema::members, values = { email: "a" }, conflict = key(members_email), set = < .. >);
    let _ = upsert!(schema::hits, conflict = (page), set = < n += 1 >);
}

pub fn check(conn: &mut diesel::SqliteConnection) {
    verify_keys(conn).unwrap();
}
