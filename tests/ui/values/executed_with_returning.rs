#[path = "../schema.rs"]
mod schema;

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use schema::page_hits;
use upsert_runtime::upsert;

fn run(conn: &mut impl Connection<Backend = Sqlite>) {
    let hit = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >, returning = n);
    hit.execute(conn);
}

fn main() {}
