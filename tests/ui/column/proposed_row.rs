#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

mod excluded {
    pub fn pages() -> i64 {
        3
    }
}

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = excluded::n >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += EXCLUDED.n >, where = page_hits.n.lt(Excluded.n));
    let _ = upsert!(page_hits, conflict = (page, day), set = < likes = schema::other::table.filter(schema::other::n.eq(excluded.n)).select(schema::other::n).single_value() >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < likes = schema::other::table.select(excluded.n).single_value() >);
    // Fine: a function in a module.
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = excluded::pages() >);
}
