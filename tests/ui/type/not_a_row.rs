#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    struct Hit;
    let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let _ = hit.values(&Hit);
}
