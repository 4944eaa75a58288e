use diesel::prelude::*;
use upsert_runtime::retry;

#[derive(diesel::MultiConnection)]
enum AnyConnection {
    Sqlite(SqliteConnection),
}

fn count(conn: &mut AnyConnection) {
    let _ = retry(conn, &retry::Policy::new(), |_| QueryResult::Ok(()));
}

fn main() {}
