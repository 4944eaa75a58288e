#[path = "../schema.rs"]
mod schema;

use upsert_runtime::unique_keys;

unique_keys! {
    schema::other:
        // Accepted.
        (abs(n)) where at > "2020-01-01" and n is not null,
        other_text ("coalesce(n, 0)") where "at > '2021-01-01'",

        (lower(nam)),
        (n) where deleted is null;
}

fn main() {}
