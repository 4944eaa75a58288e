#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = page, set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = constrain("pkey"), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = constraint(pkey), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page, page), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page) if title.is_null(), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page) where, set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = [page, day], set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page, , day), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page day), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page) where title is null, set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = ("page", "day"), set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page) where n > 1, set = < n += 1 >);
    let _ = upsert!(page_hits, conflict = (page) where title = null, set = < n += 1 >);
}
