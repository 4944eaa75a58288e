#[path = "../schema.rs"]
mod schema;

use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

// Its backend is as one whose feature is not enabled.
#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
}

fn update(conn: &mut AnyConnection) {
    let hit = upsert!(
        page_hits,
        values = { page: "/", day: 1, n: 1 },
        conflict = (page, day),
        set = < .. >,
        where = page_hits.n.lt(excluded.n),
    );
    let _ = hit.execute(conn);
}

fn any(conn: &mut AnyConnection) {
    let hit = upsert!(page_hits, conflict = any, set = < n += 1, ratio = 0.5 >);
    let _ = hit.values(page_hits::n.eq(1)).execute(conn);
}

fn constraint(conn: &mut AnyConnection) {
    let hit = upsert!(page_hits, conflict = unchecked constraint("page_hits_pkey"), set = nothing);
    let _ = hit.values(page_hits::n.eq(1)).execute(conn);
}

fn main() {}
