#[path = "../schema.rs"]
mod schema;

use diesel::prelude::*;
use schema::{other, page_hits};
use upsert_runtime::upsert;

#[derive(Queryable)]
struct Hit {
    n: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = other)]
struct Other {
    n: i64,
}

fn run(conn: &mut SqliteConnection) {
    let row = page_hits::n.eq(1);
    let _ = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = Hit).get_result(conn);
    let _ = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = Other).get_result(conn);
    let _: i64 = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = other::n).get_result(conn).unwrap();
    let _: i64 = upsert!(page_hits, values = row, conflict = (page, day), set = < n += 1 >, returning = excluded.n).get_result(conn).unwrap();
}

fn main() {}
