#[path = "../schema.rs"]
mod schema;

use schema::{page_hits, users};
use upsert_runtime::upsert;

fn main() {
    // Accepted: whether it is an index or a constraint nobody has said.
    let _ = upsert!(users, conflict = constraint("users_email"), set = < logins += 1 >);
    let _ = upsert!(page_hits, conflict = unchecked constraint("page_hits_pkey"), set = < n += 1 >);

    let _ = upsert!(page_hits, conflict = constraint("page_hits_pkey"), set = < n += 1 >);
    let _ = upsert!(users, conflict = constraint("users_mail"), set = < logins += 1 >);
}
