#[path = "../schema.rs"]
mod schema;

use schema::users;
use upsert_runtime::{get_or_create, lock_or_create};

fn main() {
    let _ = get_or_create!();
    let _ = lock_or_create!(users);
    let _ = get_or_create!(users, defaults = { name: "A" });
    let _ = get_or_create!(users, keys = { email: "a" });
    let _ = get_or_create!(users, key = { email: "a" }, default = { name: "A" });
    let _ = get_or_create!(users, key = { email: "a" }, values = { name: "A" });
    let _ = get_or_create!(users, key: { email: "a" });
    let _ = get_or_create!(users, key = email);
    let _ = get_or_create!(users, key = (email: "a"));
    let _ = get_or_create!(users, key = { email: "a" } defaults = { name: "A" });
    let _ = get_or_create!(users, key = { email: "a" }, key = { name: "A" });
    let _ = get_or_create!(users, key = { email: "a" }, conflict = any);
    let _ = get_or_create!(users, key = { email: "a" }, conflict = constraint("users_email"));
}
