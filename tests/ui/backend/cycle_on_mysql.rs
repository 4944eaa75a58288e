#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

fn run(conn: &mut impl LoadConnection<Backend = Mysql>) {
    let hit = upsert!(page_hits, conflict = (page, day), set = < n = page_hits.likes.assume_not_null(), likes = page_hits.n >);
    let _ = hit.values(page_hits::n.eq(1)).execute(conn);
}

fn main() {}
