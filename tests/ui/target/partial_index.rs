#[path = "../schema.rs"]
mod schema;

use schema::{lower, users};
use upsert_runtime::upsert;

use diesel::prelude::*;

fn main() {
    // Accepted.
    let _ = upsert!(users, conflict = (lower(name)) where deleted_at.is_null(), set = < logins += 1 >);
    let _ = upsert!(users, conflict = (badge) where badge.is_not_null(), set = < logins += 1 >);
    let _ = upsert!(users, conflict = (email) where deleted_at.is_null(), set = < logins += 1 >);

    let _ = upsert!(users, conflict = (lower(name)), set = < logins += 1 >);
    let _ = upsert!(users, conflict = (badge), set = < logins += 1 >);
}
