#[path = "../schema.rs"]
mod schema;

use schema::users;
use upsert_runtime::dsl::coalesce;
use upsert_runtime::{unique_keys, upsert};

diesel::table! {
    points (id) {
        id -> Integer,
        x -> Nullable<Double>,
        n -> Integer,
    }
}

unique_keys! { points: (x); }

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};

fn main() {
    // Accepted: NULLS NOT DISTINCT, a column that the predicate binds, and one's own word.
    let _ = upsert!(users, conflict = (tenant, badge), set = < logins += 1 >);
    let _ = upsert!(users, conflict = (badge) where badge.is_not_null(), set = < logins += 1 >);
    let _ = upsert!(users, values = { badge: 5, name: "a" }, conflict = (badge) where badge.is_not_null(), set = < logins += 1 >);
    let _ = upsert!(users, conflict = unchecked (tenant, name), set = < logins += 1 >);

    // Accepted: a value that is never NULL.
    let name = String::from("a");
    let _ = upsert!(users, values = { tenant: 1, name }, conflict = (tenant, name), set = < logins += 1 >);
    let five = coalesce(5.into_sql::<Nullable<Integer>>(), 5);
    let _ = upsert!(users, values = { tenant: five, name: "a" }, conflict = key(users_tenant_name), set = < logins += 1 >);

    let _ = upsert!(users, conflict = (tenant, name), set = < logins += 1 >);
    let tenant = Some(5);
    let _ = upsert!(users, values = { tenant, name: "a" }, conflict = (tenant, name), set = < logins += 1 >);
    let _ = upsert!(users, values = { tenant: None, name: "a" }, conflict = (tenant, name), set = < logins += 1 >);
    let five = 5.into_sql::<Nullable<Integer>>();
    let _ = upsert!(users, values = { name: "a", tenant: five }, conflict = key(users_tenant_name), set = nothing);
    // On SQLite it is NULL.
    let none = 1.into_sql::<Integer>() / 0;
    let _ = upsert!(users, values = { name: "a", tenant: none }, conflict = (tenant, name), set = nothing);
    let _ = upsert!(points, values = { x: f64::NAN, n: 1 }, conflict = (x), set = < n += 1 >);
    let badge = Some(5);
    let _ = upsert!(users, values = { badge, name: "a" }, conflict = (badge) where badge.is_not_null(), set = nothing);
    // Not named.
    let _ = upsert!(users, values = { name: "a" }, conflict = (tenant, name), set = nothing);
}
