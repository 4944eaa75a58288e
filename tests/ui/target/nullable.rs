#[path = "../schema.rs"]
mod schema;

use schema::users;
use upsert_runtime::upsert;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};

fn main() {
    // Accepted: NULLS NOT DISTINCT, a column that the predicate binds, and one's own word.
    let _ = upsert!(users, conflict = (tenant, badge), set = < logins += 1 >);
    let _ = upsert!(users, conflict = (badge) where badge.is_not_null(), set = < logins += 1 >);
    let _ = upsert!(users, conflict = unchecked (tenant, name), set = < logins += 1 >);

    // Accepted: a value that is never NULL.
    let name = String::from("a");
    let _ = upsert!(users, values = { tenant: 1, name }, conflict = (tenant, name), set = < logins += 1 >);
    let five = 5.into_sql::<Integer>();
    let _ = upsert!(users, values = { tenant: five, name: "a" }, conflict = key(users_tenant_name), set = < logins += 1 >);

    let _ = upsert!(users, conflict = (tenant, name), set = < logins += 1 >);
    let tenant = Some(5);
    let _ = upsert!(users, values = { tenant, name: "a" }, conflict = (tenant, name), set = < logins += 1 >);
    let _ = upsert!(users, values = { tenant: None, name: "a" }, conflict = (tenant, name), set = < logins += 1 >);
    let five = 5.into_sql::<Nullable<Integer>>();
    let _ = upsert!(users, values = { name: "a", tenant: five }, conflict = key(users_tenant_name), set = nothing);
    // Not named.
    let _ = upsert!(users, values = { name: "a" }, conflict = (tenant, name), set = nothing);
}
