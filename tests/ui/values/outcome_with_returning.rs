#[path = "../schema.rs"]
mod schema;

use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

fn run(conn: &mut SqliteConnection) {
    let hit = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n);
    let _ = hit.outcome(conn);
}

fn main() {}
