#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

fn run(conn: &mut impl LoadConnection<Backend = Mysql>) {
    let hit = upsert!(page_hits, conflict = unchecked (page) where title.is_null(), set = < n += 1 >);
    let _ = hit.values(page_hits::n.eq(1)).execute(conn);
}

fn main() {}
