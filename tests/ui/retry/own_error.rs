use diesel::prelude::*;
use diesel::result::Error;
use upsert_runtime::retry;

enum OrderError {
    Database(Error),
}

impl From<Error> for OrderError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

fn order(conn: &mut SqliteConnection) {
    let _ = retry(conn, &retry::Policy::new(), |_| Ok::<_, OrderError>(()));
}

fn main() {}
