//! SQLite: <https://sqlite.org/rescode.html>. Its messages are never translated.

use diesel::QueryResult;
use diesel::connection::{Connection, TransactionManager};
use diesel::result::DatabaseErrorKind;
use diesel::sqlite::Sqlite;

use super::{Answer, Meaning, Transactions, meaning_of_kind};

impl Transactions for Sqlite {
    // A transaction that begins as a reader and then writes fails with SQLITE_BUSY_SNAPSHOT at
    // once, however long it may wait for the lock: https://sqlite.org/rescode.html#busy_snapshot.
    // One that is to write takes the lock first, and waits for it by `busy_timeout`.
    // Connections from a pool have no `immediate_transaction`: Diesel is told of one that has no
    // lock yet, and it is exchanged.
    fn begin<Conn>(conn: &mut Conn) -> QueryResult<()>
    where
        Conn: Connection<Backend = Self>,
    {
        Conn::TransactionManager::begin_transaction(conn)?;
        conn.batch_execute("ROLLBACK; BEGIN IMMEDIATE")
    }

    fn meaning(kind: &DatabaseErrorKind, answer: &Answer<'_>) -> Meaning {
        meaning_of_kind(kind)
            .or_else(|| known(answer))
            .unwrap_or(Meaning::Refused)
    }
}

/// <https://github.com/sqlite/sqlite/blob/master/src/main.c>, `sqlite3ErrStr`
pub(super) fn known(answer: &Answer<'_>) -> Option<Meaning> {
    match answer.message() {
        // BUSY, whatever the reason. It may leave the transaction open.
        "database is locked" => Some(Meaning::Undone),
        // READONLY
        "attempt to write a readonly database" => Some(Meaning::Elsewhere),
        // CANTOPEN
        "unable to open database file" => Some(Meaning::Lost),
        // IOERR, FULL, CORRUPT, NOTADB, NOMEM
        "disk I/O error"
        | "database or disk is full"
        | "database disk image is malformed"
        | "file is not a database"
        | "out of memory" => Some(Meaning::Doubtful),
        // LOCKED, by another connection with the same cache: "database table is locked: page_hits",
        // "database schema is locked: main".
        message
            if message.starts_with("database table is locked")
                || message.starts_with("database schema is locked") =>
        {
            Some(Meaning::Undone)
        }
        _ => None,
    }
}
