use upsert_runtime::unique_keys;

mod schema {
    diesel::table! { members (id) { id -> Integer, email -> Text } }
}

unique_keys!(schema, migrations = "migrations/without_a_table/postgres");
unique_keys!(schema, migrations = { postgres: "migrations/without_a_table/postgres" }, verify = verify_keys);
unique_keys!(schema, migrations = "migrations/without_a_column/postgres");

fn main() {}
