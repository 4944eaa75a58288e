use upsert_runtime::unique_keys;

mod schema {
    diesel::table! { members (id) { id -> Integer, email -> Text } }
}

unique_keys!(schema, migrations = "migrations/twice/postgres");
unique_keys!(schema, migrations = "migrations/no_sql/postgres");
unique_keys!(schema, migrations = "migrations/empty/postgres");
unique_keys!(schema, migrations = { postgres: "migrations/nowhere" });
unique_keys!(schema, migrations = "migrations");

fn main() {}
