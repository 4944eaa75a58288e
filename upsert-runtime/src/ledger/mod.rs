//! Operations that are applied exactly once, however often they are sent.
//!
//! After a lost connection nobody knows whether a `COMMIT` has done its work. Who sends the
//! operation again may apply it twice, and who does not may lose it. Here each has an id, and the
//! id is written in the same transaction: sent again, it is found and nothing is done.
//!
//! | | for | written besides |
//! |---|---|---|
//! | [`once`](once()) | an operation that somebody else repeats: a queue, a form | one row for each, until it is [forgotten](forget) |
//! | [`retry_once`] | the same, repeated when the database rolls it back | the same |
//! | [`exactly_once`](exactly_once()) | an operation that this process repeats, through lost connections | the same |
//! | [`Writer`] | a process that applies a stream of operations, one after another | one row, updated by each |
//!
//! # The tables
//!
//! `upsert_ledger` and `upsert_writers`, made by a migration that comes with the crate:
//! `migrations/postgres`, `migrations/sqlite` and `migrations/mysql` of it have it for
//! `diesel migration run`, and [`create`] runs it. [`verify`] says whether they are as they ought
//! to be.
//!
//! # What is resolved, and how
//!
//! An unknown outcome is resolved by doing the same again: the `INSERT` of the id, or the `UPDATE`
//! of the writer's row, waits for the transaction that holds it, on each of the databases, and then
//! finds the id there or not. A `SELECT` does not wait: while the old session is still committing
//! it sees nothing, and who believed it would apply the operation a second time.
//! [`pg_xact_status`][status] has the same gap, and after a crash may speak of another transaction.
//!
//! On Galera and Group Replication the node that is asked may not have the transaction yet. Then
//! both are certified, and one of the two is rolled back.
//!
//! # What it takes for granted
//!
//! That what the database acknowledges stays: `fsync` (PostgreSQL; `synchronous_commit = off` loses
//! the ledger's row with the operation, as one), `innodb_flush_log_at_trx_commit = 1`, and no
//! fail-over to a replica that lacks what was acknowledged. That `work` does nothing outside of the
//! database, and commits nothing by itself: a statement of MySQL's with an [implicit
//! commit][implicit] ends the transaction early.
//!
//! [status]: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
//! [implicit]: https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html

mod error;
mod exactly_once;
mod id;
mod link;
mod once;
mod statements;
mod table;
mod writer;

pub use self::error::LedgerError;
pub use self::exactly_once::exactly_once;
pub use self::id::MAX_ID;
pub use self::once::{Once, once, retry_once};
pub use self::table::{create, forget, verify};
pub use self::writer::Writer;
