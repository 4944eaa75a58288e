#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, returning = *);
    let _ = upsert!(page_hits, conflict = (page, day), returning = page_hits.*, set = < n += 1 >);
}
