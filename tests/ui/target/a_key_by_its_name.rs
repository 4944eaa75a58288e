#[path = "../schema.rs"]
mod schema;

use schema::users;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(users, conflict = users_email, set = < logins += 1 >);
}
