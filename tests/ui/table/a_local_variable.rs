#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let hits = 5;
    let _ = upsert!(hits, conflict = (page, day), set = < n += 1 >);
}
