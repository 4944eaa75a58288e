#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

fn run(conn: &mut impl LoadConnection<Backend = Mysql>) {
    let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let _ = hit.values(page_hits::n.eq(1)).get_result::<(String, i32, i64, Option<i64>, Option<String>, f64)>(conn);
}

fn main() {}
