//! Whether the live database has the keys that were declared.

use std::error::Error;
use std::fmt;

use diesel::QueryResult;
use diesel::connection::LoadConnection;

use super::compare::{Declared, compare};
use crate::dialect::Catalogue;
use crate::keys::{CatalogueOf, Difference, TableName, UniqueKey, UniqueKeys};

/// Compares the unique keys declared for `T`, its primary key included, with those in the live
/// database.
///
/// For start-up or a test: what `upsert!` checks while it compiles holds as long as the database is
/// the one that was declared. An index that was never created, one that was dropped by hand or
/// whose `CREATE INDEX CONCURRENTLY` failed, and one with another predicate are found here.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # use diesel::connection::SimpleConnection;
/// # use upsert_runtime::unique_keys;
/// # let conn = &mut connection();
/// use upsert_runtime::keys::{Mismatch, VerifyError, verify_unique_keys};
///
/// unique_keys! { page_hits: page_hits_title (title); }
///
/// let Err(VerifyError::Differences(differences)) = verify_unique_keys::<page_hits::table>(conn) else {
///     panic!("nobody has created the index yet");
/// };
/// assert_eq!(differences[0].what, Mismatch::Missing);
///
/// conn.batch_execute("CREATE UNIQUE INDEX page_hits_title ON page_hits (title)")?;
/// verify_unique_keys::<page_hits::table>(conn)?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// For all tables of a declaration at once there is `verify = name` in
/// [`unique_keys!`](crate::unique_keys).
///
/// A key is the same when it is on the same columns and expressions, in any order, with the same
/// predicate, and the same answer to whether NULLs are distinct. Its name makes no difference, and
/// keys that were not declared make one on MySQL only, where an upsert fires on all of them. Keys
/// that were declared for other backends are passed over.
///
/// Nothing is written, no lock is taken but that of a reader, and a transaction that Diesel opened
/// goes on (of one that was begun by a raw `BEGIN` Diesel knows nothing, and would end it). What is
/// asked:
///
/// * PostgreSQL: `pg_index` and its like. The table is found by the `search_path`, as in a
///   statement. Expressions and predicates are compared as the planner sees them ([`EXPLAIN`][pg],
///   which takes the right to SELECT): `active = false` and `NOT active` are one, the order of what
///   AND joins makes no difference; `a IN (1, 2)` and `a = 1 OR a = 2` are two. Domains that are
///   NOT NULL count as columns that are.
/// * SQLite: [`pragma_index_list`, `pragma_index_xinfo`][pragma], `sqlite_schema`. Expressions and
///   predicates are handed to SQLite as the conflict target of an upsert that is
///   [explained][sqlite]. Attached databases and `temp` are found. A primary key that is nullable
///   by SQLite's [oversight][nulls] is taken for one that is not. A `table!` declared by hand that
///   has the rowid as `id` and as `rowid` too [makes a difference](super::Mismatch::OtherName).
/// * MySQL and MariaDB: [`information_schema.statistics`][mysql] and `columns`. An AUTO_INCREMENT
///   that is no BIGINT, where `table!` or the migrations have one, [makes a
///   difference](super::Mismatch::NumbersRunOut). So does what a row gets for a column of a key
///   that it leaves out, where another key can be a target: a [DEFAULT or a value that is
///   computed](super::Mismatch::LeftOut), and what a [`BEFORE INSERT`
///   trigger](super::Mismatch::FilledIn) may put there. MySQL shows [triggers] to users with the
///   TRIGGER privilege alone, and does not say that it hides some: verify as one who has it, such
///   as the one that runs the migrations. Both hide columns for which the user has no privilege,
///   MariaDB keys on them too: who may not read all columns is told that [something may be
///   hidden](super::Mismatch::Hidden). The expressions of a functional key are compared as texts
///   with those that the server prints.
///
/// On a view there is [`Mismatch::NotATable`](super::Mismatch::NotATable).
///
/// # Errors
///
/// [`VerifyError::Differences`] where there are any, and [`VerifyError::Database`] where the
/// database could not be asked.
///
/// [pg]: https://www.postgresql.org/docs/current/sql-explain.html
/// [pragma]: https://sqlite.org/pragma.html#pragma_index_xinfo
/// [sqlite]: https://sqlite.org/lang_explain.html
/// [nulls]: https://sqlite.org/quirks.html#primary_keys_can_sometimes_contain_nulls
/// [triggers]: https://dev.mysql.com/doc/refman/8.4/en/information-schema-triggers-table.html
/// [mysql]: https://dev.mysql.com/doc/refman/8.4/en/information-schema-statistics-table.html
pub fn verify_unique_keys<T: UniqueKeys>(
    conn: &mut impl LoadConnection<Backend: CatalogueOf<T>>,
) -> Result<(), VerifyError> {
    VerifyError::unless_empty(differences::<T>(conn)?)
}

/// What [`verify_unique_keys`] finds, for more than one table: an empty list where there is
/// nothing.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # upsert_runtime::unique_keys! { page_hits: }
/// # let conn = &mut connection();
/// use upsert_runtime::keys::differences;
///
/// assert!(differences::<page_hits::table>(conn)?.is_empty());
/// # diesel::QueryResult::Ok(())
/// ```
///
/// # Errors
///
/// Those of the database.
#[must_use = "the differences are what it returns: an `Ok` alone says nothing"]
pub fn differences<T: UniqueKeys>(
    conn: &mut impl LoadConnection<Backend: CatalogueOf<T>>,
) -> QueryResult<Vec<Difference>> {
    let name = table_name::<T, _>(conn)?;
    let declared = Declared {
        keys: T::KEYS,
        lasts: T::LASTS,
        columns: T::COLUMNS.unwrap_or_default(),
    };
    compare(conn, &name, &declared)
}

/// The same of a table by its SQL names, as migrations have them.
#[doc(hidden)]
pub fn differences_of<DB, Conn>(
    conn: &mut Conn,
    schema: Option<&str>,
    table: &str,
    keys: &[UniqueKey],
) -> QueryResult<Vec<Difference>>
where
    DB: Catalogue,
    Conn: LoadConnection<Backend = DB>,
{
    let name = TableName::new::<DB>(schema.map(str::to_owned), table.to_owned())?;
    let declared = Declared {
        keys,
        lasts: false,
        columns: &[],
    };
    compare(conn, &name, &declared)
}

/// Why [`verify_unique_keys`] did not succeed.
///
/// `Display` has one line for each difference, and `Debug` is the same, so that `unwrap` reads
/// well.
#[non_exhaustive]
pub enum VerifyError {
    /// The database could not be asked.
    Database(diesel::result::Error),
    /// The declared keys and the live ones differ; the list is not empty.
    Differences(Vec<Difference>),
}

impl VerifyError {
    /// `Ok` where there are no differences, and otherwise all of them.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Differences`] where there are any.
    pub fn unless_empty(differences: Vec<Difference>) -> Result<(), Self> {
        if differences.is_empty() {
            Ok(())
        } else {
            Err(Self::Differences(differences))
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => {
                write!(
                    out,
                    "the unique keys of the database could not be read: {error}"
                )
            }
            Self::Differences(differences) => {
                out.write_str("the declared unique keys are not those of the database:")?;
                differences
                    .iter()
                    .try_for_each(|difference| write!(out, "\n  {difference}"))
            }
        }
    }
}

impl fmt::Debug for VerifyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Error for VerifyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            Self::Differences(_) => None,
        }
    }
}

impl From<diesel::result::Error> for VerifyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

fn table_name<T, Conn>(_: &Conn) -> QueryResult<TableName>
where
    Conn: LoadConnection<Backend: CatalogueOf<T>>,
{
    Conn::Backend::table_name()
}
