#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = page_hits.n < excluded.n);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, where = excluded.n == 5);
}
