#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = n > 3);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = page_hits::n <= 3);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = (page_hits.n.gt(3)) && page_hits.n.lt(5));
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = !page_hits.n.gt(3));
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = page_hits.n = excluded.n);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = title = null);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = page_hits.title != NULL);
}
