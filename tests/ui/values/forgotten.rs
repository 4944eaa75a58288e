#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

fn run(conn: &mut SqliteConnection, postgres: &mut impl LoadConnection<Backend = Pg>) {
    let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >, returning = n);
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >).execute(conn);
    let _ = hit.get_result::<i64>(postgres);
    let _: Vec<i64> = hit.load(conn).unwrap();
    let _ = upsert!(page_hits, conflict = (page, day), set = < n += 1 >).returning(page_hits::n).get_result::<i64>(conn);
    let _ = hit.get_outcome::<i64>(conn);
    let _ = upsert!(page_hits, conflict = (page, day), set = nothing).outcome(conn);
}

fn main() {}
