#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, values = { page: "/" day: 1 }, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, values = (page: "/", day: 1), conflict = (page, day), set = < n += 1 >);
}
