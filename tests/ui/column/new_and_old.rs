#[path = "../schema.rs"]
mod schema;

use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = new.n >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = page_hits.n.lt(old.n));
}
