#[path = "../schema.rs"]
mod schema;

use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use schema::page_hits;
use upsert_runtime::upsert;

fn run(conn: &mut SqliteConnection, postgres: &mut impl LoadConnection<Backend = Pg>) {
    let rows = vec![page_hits::n.eq(1), page_hits::n.eq(2)];
    let _ = upsert!(page_hits, values = rows.clone(), conflict = (page, day), set = < n += 1 >).execute(conn);
    let _ = upsert!(page_hits, values = &rows, conflict = (page, day), set = < n += 1 >).execute(postgres);
    let _ = upsert!(page_hits, values = vec![page_hits::n.eq(1)], conflict = (page, day), set = < n += 1 >).execute(postgres);
    let hit = upsert!(page_hits, conflict = (page, day), set = < n += 1 >);
    let _ = hit.values(&rows[..]).execute(conn);
    let _ = hit.values([page_hits::n.eq(1)]).execute(conn);
    let _ = hit.values(page_hits::table.filter(page_hits::n.gt(1))).execute(postgres);
    let _ = hit.values(page_hits::n.eq(1)).execute(conn);
}

fn main() {}
