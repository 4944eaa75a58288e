//! The tables of the ledger.

use std::time::Duration;

use diesel::connection::LoadConnection;
use diesel::result::Error;
use diesel::{QueryResult, RunQueryDsl};

use super::LedgerError;
use super::statements::Forget;
use crate::dialect::{ErrorClass, Ledger, Moment};
use crate::keys::{KeyColumn, KeyElement, KeyKind, UniqueKey, VerifyError, differences_of};

const LEDGER: &[UniqueKey] = &[primary_key(&[KeyElement::Column(KeyColumn::new(
    "id", false,
))])];

const WRITERS: &[UniqueKey] = &[primary_key(&[KeyElement::Column(KeyColumn::new(
    "name", false,
))])];

const fn primary_key(elements: &'static [KeyElement]) -> UniqueKey {
    UniqueKey::new(KeyKind::PrimaryKey, elements)
}

/// Creates the tables of the ledger where they are not there: for tests and small programs.
///
/// It runs the migration that comes with the crate, in `migrations/postgres`, `migrations/sqlite`
/// and `migrations/mysql` of it. Who uses migrations copies that folder among their own. On MySQL
/// and MariaDB it [commits][implicit] the transaction that is open.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use upsert_runtime::ledger;
///
/// ledger::create(conn)?;
/// ledger::verify(conn)?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Those of the database.
///
/// [implicit]: https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
pub fn create<Conn>(conn: &mut Conn) -> QueryResult<()>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    conn.batch_execute(<Conn::Backend as Ledger>::UP)
}

/// Whether the tables of the ledger are there and are what the migration makes: for start-up or a
/// test. Nothing is written.
///
/// A table without its key, or with ids of a type of which two are taken for one, takes an
/// operation twice or not at all, and no statement fails of it.
///
/// # Errors
///
/// [`LedgerError::Unusable`], in [`Error::QueryBuilderError`], and those of the database.
pub fn verify<Conn>(conn: &mut Conn) -> QueryResult<()>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    let mut differences = Vec::new();
    for (table, keys) in [("upsert_ledger", LEDGER), ("upsert_writers", WRITERS)] {
        differences.extend(differences_of(conn, None, table, keys)?);
    }
    let what = if differences.is_empty() {
        Conn::Backend::unfit(conn)?
    } else {
        let text = VerifyError::Differences(differences).to_string();
        Some(text.lines().collect::<Vec<_>>().join("; "))
    };
    match what {
        Some(what) => Err(LedgerError::Unusable(what).into()),
        None => Ok(()),
    }
}

/// Forgets the operations that were applied so long ago, by the database's clock, and how many
/// there were: whoever sends one of them again applies it again.
///
/// It is to be longer than anybody repeats an operation, queues that deliver again included.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # let conn = &mut connection();
/// use std::time::Duration;
/// use upsert_runtime::ledger;
///
/// # ledger::create(conn)?;
/// const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// let forgotten = ledger::forget(conn, MONTH)?;
/// # assert_eq!(forgotten, 0);
/// # QueryResult::Ok(())
/// ```
///
/// One statement, which locks the rows that it deletes and no other.
///
/// # Errors
///
/// Those of the database.
pub fn forget<Conn>(conn: &mut Conn, older_than: Duration) -> QueryResult<usize>
where
    Conn: LoadConnection<Backend: Ledger>,
{
    // More than any clock has shown: SQLite and PostgreSQL have no dates before 4714 BC.
    const LONGEST: u64 = 1_000 * 365 * 24 * 60 * 60;
    let seconds = older_than.as_secs().min(LONGEST);
    Forget(i64::try_from(seconds).unwrap_or(i64::MAX)).execute(conn)
}

/// `error`, of one of the ledger's statements, or what is wrong with the ledger.
pub(super) fn explained<Conn>(conn: &mut Conn, error: Error) -> Error
where
    Conn: LoadConnection<Backend: Ledger>,
{
    match ErrorClass::of::<Conn::Backend>(&error, Moment::InTransaction) {
        ErrorClass::Permanent => verify(conn).err().unwrap_or(error),
        _ => error,
    }
}
