#[path = "../schema.rs"]
mod schema;

use schema::{page_hits, users};
use upsert_runtime::upsert;

fn main() {
    // Accepted.
    let _ = upsert!(users, conflict = key(users_live_name), set = < logins += 1 >);
    let _ = upsert!(users, values = { email: "a", name: "b" }, conflict = key("users_email"), set = < .. >);
    let _ = upsert!(users, conflict = unchecked key(users_tenant_name), set = < logins += 1 >);

    let _ = upsert!(users, conflict = unchecked key(users_tenat_name), set = < logins += 1 >);
    let _ = upsert!(users, conflict = key(users_emial), set = < logins += 1 >);
    let _ = upsert!(users, conflict = key(live_name), set = < logins += 1 >);
    let _ = upsert!(page_hits, conflict = key(page_hits_slug), set = < n += 1 >);
    let _ = upsert!(users, conflict = key(users_tenant_name), set = < logins += 1 >);
}
