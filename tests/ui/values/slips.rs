#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, values = {}, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, values = { page = "/" }, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, values = { page: "/", page: "/" }, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, values = { page: , day: 1 }, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, values = { page: "/", ..hit }, conflict = (page, day), set = < n += 1 >);
    let _ = upsert!(page_hits, values = [{ page: "/", day: 1 }, { page: "/", day: 2 }], conflict = (page, day), set = < n += 1 >);
}
