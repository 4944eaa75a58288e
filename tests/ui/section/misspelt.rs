#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflcit = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, wher = page_hits.n.lt(5));
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, unless = 1);
    let _ = upsert!(page_hits, conflict = (page, day), update = < n += 1 >);
}
