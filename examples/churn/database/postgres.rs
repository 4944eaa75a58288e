//! PostgreSQL.

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::Backend;

impl Backend for PgConnection {
    // At READ COMMITTED an upsert waits for the row and goes on; at a higher level it would fail,
    // as a rule, on the row that everybody increments. Commits need not wait for the disk: a run
    // that a crash of the server cuts short is repeated.
    const SESSION: &'static str =
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
         SET synchronous_commit = off";

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

    const LEDGER: EmbeddedMigrations = embed_migrations!("../upsert-runtime/migrations/postgres");

    const PATH: &'static str = "text C";
    const DATE: &'static str = "text C";
}
