//! Rows: what an upsert did to one, and one that is found or created.
//!
//! # What an upsert did
//!//!
//! [`outcome`](crate::Upsert::outcome) says whether the row was inserted, updated or left as it
//! was, and [`get_outcome`](crate::Upsert::get_outcome) gives the row too; on MySQL and MariaDB as
//! well, so that one text does for all backends:
//!
//! ```
//! # upsert_runtime::doctest_prelude!();
//! use upsert_runtime::Outcome;
//!
//! # let conn = &mut connection();
//! let best = upsert!(
//!     page_hits,
//!     conflict = (page, day),
//!     set = < n >,
//!     where = page_hits.n.lt(excluded.n),
//!     returning = n,
//! );
//! for (n, expected) in [
//!     (2, (2, Outcome::Inserted)),
//!     (1, (2, Outcome::Unchanged)),
//!     (3, (3, Outcome::Updated)),
//! ] {
//!     let row = (page_hits::page.eq("/"), page_hits::day.eq(1), page_hits::n.eq(n));
//!     assert_eq!(best.values(row).get_outcome::<i64>(conn)?, expected);
//! }
//! # diesel::QueryResult::Ok(())
//! ```
//!
//! # What the words mean
//!
//! | | the row | `set` | PostgreSQL, SQLite | MySQL, MariaDB |
//! |---|---|---|---|---|
//! | [`Inserted`](Outcome::Inserted) | was not there | | | |
//! | [`Updated`](Outcome::Updated) | was there | was applied | also where each value is the one that was stored | the same; and a row that a trigger BEFORE UPDATE changed, whatever `where` said |
//! | [`Unchanged`](Outcome::Unchanged) | was there | was not: it is `nothing`, or `where` did not hold | also where a trigger called the change off (`RETURN NULL`, `RAISE(IGNORE)`) | |
//!
//! Not to be told of values that are the same, say so:
//! `where = page_hits.n.ne(excluded.n)`. Where a trigger BEFORE INSERT calls an insert off, there
//! is no row: `outcome` is [`Unchanged`](Outcome::Unchanged), and `get_outcome` is the error
//! `NotFound`.
//!
//! What is said holds for this statement and not for a moment later: outside of a transaction
//! somebody else may have changed the row since. In a transaction that is rolled back it never was.
//!
//! # How it is known
//!
//! What the databases say by themselves is not enough. On MySQL the number of affected rows is 1
//! for a row that was inserted and for one that has these values already; PostgreSQL's `xmax = 0`
//! is an error on a partitioned table; SQLite's `last_insert_rowid()` is that of the row that is
//! updated too, if it was the last one to be inserted. And who looks before, or in a subquery, does
//! not see what another session commits meanwhile.
//!
//! * PostgreSQL evaluates the `WHERE` of `DO UPDATE` [for a row that is in conflict and
//!   locked][pg], and for no other. There a [setting] of the transaction is made, which `RETURNING`
//!   reads:
//!
//!   ```sql
//!   INSERT INTO "page_hits" .. ON CONFLICT ("page", "day") DO UPDATE SET "n" = excluded."n"
//!       WHERE ("page_hits"."n" < excluded."n") AND pg_catalog.set_config('upsert_runtime.outcome', $5::text, true) IS NOT NULL
//!       RETURNING "page_hits"."n", nullif(pg_catalog.current_setting('upsert_runtime.outcome', true), '')::bigint
//!   ```
//! * MySQL and MariaDB evaluate `ON DUPLICATE KEY UPDATE` [for a row that is there][my]. There a
//!   [variable] of the session is assigned, in an assignment that leaves a column of the key as it
//!   is, and the next statement reads it. MySQL 8 counts that as a deprecated use and warns; the
//!   number of `LAST_INSERT_ID()` stays what it would be.
//!
//!   ```sql
//!   INSERT INTO `page_hits` .. ON DUPLICATE KEY UPDATE
//!       `page` = if(@upsert_outcome := if(`page_hits`.`n` < VALUES(`n`), ?, ?), `page_hits`.`page`, `page_hits`.`page`),
//!       `n` = if(`page_hits`.`n` < VALUES(`n`), VALUES(`n`), `page_hits`.`n`)
//!   SELECT CAST(@upsert_outcome AS SIGNED)
//!   ```
//! * SQLite has [one writer at a time][lite]: in one transaction the row is inserted with
//!   `DO NOTHING`, and the whole upsert is executed if that inserted nothing. So a trigger BEFORE
//!   INSERT runs twice for a row that is there.
//!
//! # How many statements it takes
//!
//! | | PostgreSQL | SQLite | MySQL, MariaDB |
//! |---|---|---|---|
//! | `outcome` | 1 | 1 if the row was inserted, else 2; with `set = nothing` 1 | 1 if the row has changed, else 2 |
//! | `get_outcome` | 1; one more to read a row that stayed as it was | as above; one more to read a row that stayed as it was | as above, and one to read the row |
//!
//! Several that have to be one are in the transaction that there is, or, outside of one, in one of
//! their own, which is a `BEGIN` and a `COMMIT` more: SQLite's two, and each row that is read by
//! itself. On PostgreSQL the upsert is repeated in it, for outside of a transaction nothing is
//! known of the row any more when the first has ended; nothing was written by that. A transaction
//! that Diesel has not begun is none for it, as for Diesel's own
//! [`transaction`](diesel::Connection::transaction).
//!
//! The row that is read is met by the values that the upsert had for the columns of its conflict
//! target. `get_outcome` compiles with a target that names its columns, `(a, b)` and
//! `(a) where ..`; for other targets there is `outcome`. On MySQL the row is read `FOR UPDATE`, for
//! [a snapshot][snapshot] may be older than the row; the upsert has locked it. It is not found,
//! `NotFound`, where the database has stored something else for the key than the upsert had: a
//! trigger did so, or the value is an expression that is another one each time.
//!
//! The row as it was before comes back too where the database has it, PostgreSQL from 18 on:
//! [`dsl::old`](crate::dsl::old).
//!
//! With diesel-async there is no `outcome` yet.
//!
//! [pg]: https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
//! [setting]: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET
//! [my]: https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html
//! [variable]: https://dev.mysql.com/doc/refman/8.4/en/user-variables.html
//! [lite]: https://sqlite.org/isolation.html
//! [snapshot]: https://dev.mysql.com/doc/refman/8.4/en/innodb-consistent-read.html
//!
//! # Rows that are found or created
//!
//! ```text
//! get_or_create!     get_or_create.rs     find it, else insert it, else find it after all
//! lock_or_create!    lock_or_create.rs    the same, and nobody else changes the row
//! create_unique      create_unique.rs     insert it, else the next one
//! ├── Find           find.rs              the SELECT, with by_key.rs as its WHERE and key.rs in that
//! └── Insert         insert.rs            the INSERT that leaves a stored row alone
//! ```
//!
//! What the steps are on a backend is in [`CreatesRows`](crate::dialect::CreatesRows).

mod by_key;
mod create_unique;
mod error;
mod find;
mod get_or_create;
mod insert;
mod key;
mod lock_or_create;
mod outcome;
mod ways;

pub use self::create_unique::create_unique;
pub use self::error::RowError;
pub use self::get_or_create::{GetOrCreate, GetsRow};
pub use self::lock_or_create::LockOrCreate;
pub use self::outcome::{KnowsOutcome, KnowsRow, Outcome};

// What the statements are made of: named by no one but the macros.
#[doc(hidden)]
pub use self::{
    by_key::ByKey,
    find::{Find, FindAs},
    insert::Insert,
    key::{KeyPart, KeyParts, Nullness},
};
