#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day) set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 > where = page_hits.n.lt(5));
    let _ = upsert!(page_hits, values = { page: "/", day: 1 } conflict = any, set = nothing returning = n);
    let _ = upsert!(page_hits, where = page_hits.n.lt(5), conflict = (page) where n.eq(1) set = < n += 1 >);
}
