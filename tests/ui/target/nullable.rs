#[path = "../schema.rs"]
mod schema;

use schema::users;
use upsert_runtime::upsert;

use diesel::prelude::*;

fn main() {
    // Accepted: NULLS NOT DISTINCT, a column that the predicate binds, and one's own word.
    let _ = upsert!(users, conflict = (tenant, badge), set = < logins += 1 >);
    let _ = upsert!(users, conflict = (badge) where badge.is_not_null(), set = < logins += 1 >);
    let _ = upsert!(users, conflict = unchecked (tenant, name), set = < logins += 1 >);

    let _ = upsert!(users, conflict = (tenant, name), set = < logins += 1 >);
}
