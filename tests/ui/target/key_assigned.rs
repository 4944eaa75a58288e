#[path = "../schema.rs"]
mod schema;

use schema::{page_hits, users};
use upsert_runtime::upsert;

fn main() {
    // Accepted: a column of another key.
    let _ = upsert!(users, conflict = (email), set = < name = "b" >);
    // And one inside of an expression of the key, as it is proposed.
    let _ = upsert!(users, conflict = key(users_live_name), set = < name >);
    // And one that stays what it is.
    let _ = upsert!(users, conflict = key(users_live_name), set = < name = users.name >);
    let _ = upsert!(users, conflict = (email), set = < email = users.email >);

    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1, day = 2 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < page, n, day += 1 >);
    let _ = upsert!(users, conflict = key(users_live_name), set = < name = "b" >);
}
