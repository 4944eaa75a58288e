//! What a live database says of its tables and their unique keys.
//!
//! The trait asks; each backend's file has the questions in its own SQL, in the same order: the
//! tables, one table, and whether two SQL texts are the same one. All of them read the catalogue or
//! ask for a plan, so that nothing is written, and a transaction that is open goes on as it was.

mod live;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
pub(crate) mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;

use diesel::QueryResult;
use diesel::connection::LoadConnection;

use super::Dialect;

pub use self::live::{CatalogueOf, LiveColumn, LiveElement, LiveIndex, LiveTable, TableName};

/// Backends whose unique keys can be looked up in the live database.
#[diagnostic::on_unimplemented(
    message = "unique keys cannot be looked up on `{Self}`",
    note = "enable the feature `postgres`, `sqlite` or `mysql` of `upsert-runtime`, or implement `Catalogue` for a backend of your own"
)]
pub trait Catalogue: Dialect + Default {
    /// Whether an upsert fires on any unique key of the table, whatever its target is, so that one
    /// which was not declared makes a difference.
    const ANY_KEY_FIRES: bool = false;

    /// Whether two names that differ in their case alone are those of different columns.
    const NAMES_HAVE_CASE: bool = false;

    /// The tables of the current schema or database, views and the system's own excepted.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn tables<Conn>(conn: &mut Conn) -> QueryResult<Vec<TableName>>
    where
        Conn: LoadConnection<Backend = Self>;

    /// The table `name`, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// Those of the database.
    fn table<Conn>(conn: &mut Conn, name: &TableName) -> QueryResult<Option<LiveTable>>
    where
        Conn: LoadConnection<Backend = Self>;

    /// Whether the expressions of `index`, in whatever order, are those that were `declared`: by
    /// default, whether the texts are the same but for case, spaces, quotes and outer parentheses.
    ///
    /// # Errors
    ///
    /// Those of the database, except that it does not understand the text: that is
    /// [`Agreement::Unknown`].
    fn same_expressions<Conn>(
        conn: &mut Conn,
        table: &LiveTable,
        index: &LiveIndex,
        declared: &[&str],
    ) -> QueryResult<Agreement>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let _ = (conn, table);
        let dialect = sql::dialect(Self::BACKEND);
        Ok(expressions_by_text(
            index,
            declared,
            dialect,
            Agreement::Other,
        ))
    }

    /// Whether the predicate of `index`, which has one, is the one that was `declared`: by default,
    /// whether the texts are the same but for case, spaces, quotes, outer parentheses and the order
    /// of what AND joins.
    ///
    /// # Errors
    ///
    /// As [`same_expressions`](Self::same_expressions).
    fn same_predicate<Conn>(
        conn: &mut Conn,
        table: &LiveTable,
        index: &LiveIndex,
        declared: &str,
    ) -> QueryResult<Agreement>
    where
        Conn: LoadConnection<Backend = Self>,
    {
        let _ = (conn, table);
        let dialect = sql::dialect(Self::BACKEND);
        Ok(predicate_by_text(
            index,
            declared,
            dialect,
            Agreement::Other,
        ))
    }
}

/// Whether two SQL texts mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// They do.
    Same,
    /// They do not, or in a way that the database does not see.
    Other,
    /// The database could not be asked, and said this; the texts are different ones.
    Unknown(String),
}

/// What the texts alone say; `otherwise` where they differ.
fn expressions_by_text(
    index: &LiveIndex,
    declared: &[&str],
    dialect: upsert_schema::Dialect,
    otherwise: Agreement,
) -> Agreement {
    let live = index.expressions();
    let live: Vec<_> = live.iter().map(String::as_str).collect();
    if sql::same_expressions(declared, &live, dialect) {
        Agreement::Same
    } else {
        otherwise
    }
}

fn predicate_by_text(
    index: &LiveIndex,
    declared: &str,
    dialect: upsert_schema::Dialect,
    otherwise: Agreement,
) -> Agreement {
    match &index.predicate {
        Some(live) if sql::same_condition(declared, live, dialect) => Agreement::Same,
        _ => otherwise,
    }
}
