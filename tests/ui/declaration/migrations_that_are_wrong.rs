use upsert_runtime::{unique_keys, upsert};

mod schema {
    diesel::table! { members (id) { id -> Integer, email -> Text } }
}

mod other_schema {
    diesel::table! { members (id) { id -> Integer, email -> Text } }
}

unique_keys!(schema, migrations = "migrations/twice/postgres");
unique_keys!(other_schema, migrations = "migrations/no_sql/postgres");
unique_keys!(schema, migrations = "migrations/empty/postgres");
unique_keys!(schema, migrations = { postgres: "migrations/nowhere" });
unique_keys!(schema, migrations = "migrations");

fn main() {
    // Not complained of as well: whether it is a key is not known.
    let _ = upsert!(schema::members, conflict = (email), set = nothing);
    let _ = upsert!(other_schema::members, conflict = key(members_email), set = nothing);
}
