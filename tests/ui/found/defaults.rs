#[path = "../schema.rs"]
mod schema;

use schema::users;
use upsert_runtime::get_or_create;

fn main() {
    let _ = get_or_create!(users, key = { email: "a" }, defaults = { email: "b", name: "A" });
    let _ = get_or_create!(users, key = { email: "a" }, defaults = { name: "A", name: "B" });
    let _ = get_or_create!(users, key = { email: "a" }, defaults = { name = "A" });
    let _ = get_or_create!(users, key = { email: "a" }, defaults = { nmae: "A" });
    let _ = get_or_create!(users, key = { email: "a" }, defaults = { logins: "A" });
}
