#[path = "../schema.rs"]
mod schema;

use schema::{page_hits, users};
use upsert_runtime::upsert;

fn main() {
    // Accepted.
    let _ = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, values = { page: "/", n: 1 }, conflict = unchecked (page, day), set = < n += 1 >);

    let _ = upsert!(page_hits, values = { page: "/", n: 1 }, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(users, values = { email: "a" }, conflict = (id), set = < logins += 1 >);
    let _ = upsert!(users, values = { email: "a" }, conflict = key(users_live_name), set = < logins += 1 >);
}
