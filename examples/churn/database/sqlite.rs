//! SQLite.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::Backend;
use super::shape::{Line, Vocabulary};

impl Backend for SqliteConnection {
    // There is one writer at a time and the others wait, here for at most a minute. `NORMAL` leaves a
    // commit to the disk's own pace, which a power failure could undo: the next run counts anew anyway.
    const SESSION: &'static str = "PRAGMA busy_timeout = 60000; PRAGMA synchronous = NORMAL";

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

    const VOCABULARY: Vocabulary = Vocabulary {
        table: "table strict",
        path: "text",
        date: "text",
        counter: "integer",
        id: "integer",
    };

    // https://sqlite.org/pragma.html#pragma_table_list
    fn describe(&mut self, table: &str) -> QueryResult<Vec<Line>> {
        diesel::sql_query(
            "SELECT line FROM (
                SELECT 0 AS position, type || iif(strict, ' strict', '') AS line
                FROM pragma_table_list WHERE schema = 'main' AND name = ?
                UNION ALL
                SELECT cid + 1, name || ' ' || lower(type) || iif(\"notnull\", ' not null', '') || iif(pk, ' key', '')
                FROM pragma_table_info(?, 'main')
            ) ORDER BY position",
        )
        .bind::<Text, _>(table)
        .bind::<Text, _>(table)
        .load(self)
    }

    // Readers and the writer do not wait for each other. The file remembers it.
    fn prepare(&mut self) -> QueryResult<()> {
        self.batch_execute("PRAGMA journal_mode = WAL")
    }

    // A deferred transaction would ask for the right to write when it already holds what it has read, and be
    // refused at once, without waiting, if another wrote meanwhile.
    fn atomically<T>(&mut self, work: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        self.immediate_transaction(work)
    }
}
