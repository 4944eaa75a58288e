#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, VALUES = &(), Conflict = (page, day), SET = < n += 1, likes = 2 >, WHERE = page_hits.n.lt(5), RETURNING = n);
}
