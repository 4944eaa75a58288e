#[path = "../schema.rs"]
mod schema;

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use schema::page_hits;
use upsert_runtime::{multi_backend, upsert};

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
}

multi_backend!(MultiBackend: Sqlite);

fn run(conn: &mut AnyConnection) {
    let hit = upsert!(page_hits, conflict = unchecked constraint("page_hits_pkey"), set = < n += 1 >);
    let _ = hit.values(page_hits::n.eq(1)).execute(conn);
}

fn main() {}
