#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, day), set = < n = "one" >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += "one" >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1.5 >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n *= "two" >);
    let _ = upsert!(page_hits, conflict = (page, day), set = < likes = "one" >);
}
