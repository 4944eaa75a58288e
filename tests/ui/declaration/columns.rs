#[path = "../schema.rs"]
mod schema;

use upsert_runtime::unique_keys;

unique_keys! { schema::other: (nn), (n); }

fn main() {}
