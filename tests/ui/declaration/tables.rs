#[path = "../schema.rs"]
mod schema;

use upsert_runtime::unique_keys;

unique_keys! { schema::others: (n); }
unique_keys! { schema::users: (logins); }

fn main() {}
