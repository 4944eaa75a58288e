#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let n = 7;
    // What it was is `page_hits.n`: with a variable of that name, this would be 8.
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = n + 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < ratio = ratio / 2.0, n = n - excluded.n >);
    // Fine: a variable that cannot be taken for it.
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = (n) + 1, likes = n + 1 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = n >);
}
