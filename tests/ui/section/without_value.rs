#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict =, set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set =);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, returning =);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where =);
}
