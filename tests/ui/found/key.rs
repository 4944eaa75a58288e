#[path = "../schema.rs"]
mod schema;

use diesel::ExpressionMethods;
use schema::{lower, page_hits, users};
use upsert_runtime::{get_or_create, lock_or_create};

fn main() {
    // Accepted: a key by its columns, in any order, by its name, and by its expression.
    let _ = get_or_create!(page_hits, key = { day: 1, page: "/" });
    let _ = lock_or_create!(users, key = { email: "a" }, defaults = { name: "A" });
    let _ = get_or_create!(users, key = { name: "a" }, conflict = key(users_live_name));
    let _ = get_or_create!(users, key = { name: "a" }, conflict = (lower(name)) where deleted_at.is_null());
    let _ = get_or_create!(users, key = { tenant: Some(1), badge: None::<i32> });

    // No key.
    let _ = get_or_create!(users, key = { name: "a" });
    let _ = lock_or_create!(page_hits, key = { page: "/" }, defaults = { n: 1 });
    let _ = get_or_create!(users, key = { name: "a" }, conflict = key(users_live_nam));
    // Not all of it, and more than it.
    let _ = get_or_create!(page_hits, key = { page: "/" }, conflict = (page, day));
    let _ = get_or_create!(users, key = { email: "a", name: "b" }, conflict = (email));
    let _ = get_or_create!(users, key = { name: "a", logins: 1 }, conflict = key(users_live_name));
    // NULLs are distinct.
    let _ = get_or_create!(users, key = { tenant: Some(1), name: "a" });
}
