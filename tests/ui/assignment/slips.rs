#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n++ >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n-- >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n =+ 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n == 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n: 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n %= 2 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n + 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < page_hits.n += 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < excluded.n >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < "n" += 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n =- 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n + = 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < set n = n + 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 where page_hits.n.lt(5) >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += excluded, title = excluded >);
}
