//! MySQL and MariaDB.

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::Backend;

impl Backend for MysqlConnection {
    // At READ COMMITTED there are fewer gap locks, and so fewer deadlocks, than at REPEATABLE READ.
    // The strict mode refuses what does not fit into a column instead of storing something else.
    const SESSION: &'static str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
         SET SESSION sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES')";

    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/mysql");

    const LEDGER: EmbeddedMigrations = embed_migrations!("../upsert-runtime/migrations/mysql");

    const PATH: &'static str = "varbinary(2000)";
    const DATE: &'static str = "varchar(20) ascii_bin";
}
