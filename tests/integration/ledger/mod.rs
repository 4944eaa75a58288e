//! Operations that are applied exactly once: whoever sends them, however often, and whatever breaks
//! on the way.

mod cuts;
mod once;
mod writer;

use diesel::connection::LoadConnection;
use upsert_runtime::dialect::Ledger;
use upsert_runtime::ledger;
use upsert_runtime::retry::Policy;

use crate::counting::Count;
use crate::database::Database;

/// The database, with a ledger.
fn with_ledger<Conn>(db: &Database<Conn>) -> Conn
where
    Conn: Count + LoadConnection<Backend: Ledger>,
{
    let mut conn = db.connect();
    ledger::create(&mut conn).unwrap();
    ledger::verify(&mut conn).unwrap();
    conn
}

/// As often as it takes.
fn patient() -> Policy {
    use std::time::Duration;

    Policy::new()
        .attempts(1_000)
        .base_delay(Duration::from_millis(1))
        .max_delay(Duration::from_millis(50))
}
