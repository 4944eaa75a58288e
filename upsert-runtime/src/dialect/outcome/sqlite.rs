//! SQLite: nothing in a statement tells which of the two it did, and [a writer is alone][1].
//!
//! `last_insert_rowid()` is the row's rowid too if the row that is updated happens to be the one
//! that this connection inserted last, and a table `WITHOUT ROWID` has none.
//!
//! [1]: https://sqlite.org/isolation.html

use diesel::sqlite::Sqlite;

use super::{TellsOutcome, TriesFirst};

impl TellsOutcome for Sqlite {
    type Way = TriesFirst;
}
