//! SQLite.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::Backend;

impl Backend for SqliteConnection {
    // There is one writer at a time and the others wait, here for at most a minute. `NORMAL` leaves
    // a commit to the disk's own pace, which a power failure could undo: the next run counts
    // again what is lost, for the ledger loses the same.
    const SESSION: &'static str = "PRAGMA busy_timeout = 60000; PRAGMA synchronous = NORMAL";

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

    const LEDGER: EmbeddedMigrations = embed_migrations!("../upsert-runtime/migrations/sqlite");

    const PATH: &'static str = "text";
    const DATE: &'static str = "text";

    // Readers and the writer do not wait for each other. The file remembers it.
    fn prepare(&mut self) -> QueryResult<()> {
        self.batch_execute("PRAGMA journal_mode = WAL")
    }
}
