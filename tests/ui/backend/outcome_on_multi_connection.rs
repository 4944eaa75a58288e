#[path = "../schema.rs"]
mod schema;

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use schema::page_hits;
use upsert_runtime::upsert;

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
}

upsert_runtime::multi_backend!(MultiBackend: Sqlite);

fn run(conn: &mut AnyConnection) {
    let hit = upsert!(page_hits, values = { page: "/", day: 1, n: 1 }, conflict = (page, day), set = < n += 1 >);
    let _ = hit.outcome(conn);
}

fn main() {}
