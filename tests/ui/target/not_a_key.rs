#[path = "../schema.rs"]
mod schema;

use schema::{lower, page_hits, users};
use upsert_runtime::upsert;

fn main() {
    // Accepted: the primary key and a declared one, in any order.
    let _ = upsert!(page_hits, conflict = (day, page), set = < n += 1 >);
    let _ = upsert!(users, conflict = (email), set = < logins += 1 >);
    let _ = upsert!(users, conflict = (badge, tenant), set = < logins += 1 >);

    let _ = upsert!(page_hits, conflict = (page), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page, day, n), set = < likes += 1 >);
    let _ = upsert!(users, conflict = (name), set = < logins += 1 >);
    let _ = upsert!(schema::users, conflict = (id, email), set = nothing);
    let _ = upsert!(users, conflict = (lower(email)), set = < logins += 1 >);
}
