use upsert_runtime::{unique_keys, upsert};

mod schema {
    diesel::table! { members (id) { id -> Integer, email -> Text } }
}

mod another {
    diesel::table! {
        #[sql_name = "orders_v2"]
        orders (id) { id -> Integer, code -> Text }
    }
}

mod qualified {
    diesel::table! { billing.orders (id) { id -> Integer, code -> Text } }
    diesel::table! { members (id) { id -> Integer, email -> Text } }
}

unique_keys!(schema, migrations = "migrations/without_a_table/postgres");
unique_keys!(schema, migrations = { postgres: "migrations/without_a_table/postgres" }, verify = verify_keys);
unique_keys!(schema, migrations = "migrations/without_a_column/postgres");
unique_keys!(another, migrations = "migrations/without_a_table/postgres");
unique_keys!(qualified, migrations = "migrations/without_a_table/postgres");

fn main() {
    // Not complained of as well: one of the keys is not known.
    let _ = upsert!(schema::members, conflict = (email), set = nothing);
}
