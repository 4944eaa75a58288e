#[path = "../schema.rs"]
mod schema;

use schema::page_hits;
use upsert_runtime::upsert;

fn main() {
    let _ = upsert!(page_hits, conflict = (page, diesel::dsl::date(schema::other::at)), set = < n += 1 >);
}
