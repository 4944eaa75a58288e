#[path = "../schema.rs"]
mod schema;

use schema::users;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(users, conflict = key(), set = < logins += 1 >);
    let _ = upsert!(users, conflict = key(email, name), set = < logins += 1 >);
    let _ = upsert!(users, conflict = ky(users_email), set = < logins += 1 >);
    let _ = upsert!(users, conflict = key, set = < logins += 1 >);
    let _ = upsert!(users, conflict = unchecked, set = < logins += 1 >);
    let _ = upsert!(users, conflict = unchecked any, set = < logins += 1 >);
    let _ = upsert!(users, conflict = unchecked key(), set = < logins += 1 >);
    let _ = upsert!(users, conflict = uncheked (name), set = < logins += 1 >);
    let _ = upsert!(users, conflict = unchecked name, set = < logins += 1 >);
}
