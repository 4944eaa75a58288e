//! A connection to whichever database it is.

use diesel::prelude::*;

use super::failure::{Context, Result};
use super::url::Url;

/// A connection to one of the databases.
pub(crate) enum Database {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
    #[cfg(feature = "mysql")]
    Mysql(MysqlConnection),
}

/// `each!(database, conn => expression)`: the expression, compiled for the connection of each
/// database.
///
/// Diesel checks a query for one database at a time, so this is how one text serves all of them.
macro_rules! each {
    ($database:expr, $conn:pat => $expression:expr) => {
        match $database {
            $crate::common::database::Database::Sqlite($conn) => $expression,
            #[cfg(feature = "postgres")]
            $crate::common::database::Database::Postgres($conn) => $expression,
            #[cfg(feature = "mysql")]
            $crate::common::database::Database::Mysql($conn) => $expression,
        }
    };
}
pub(crate) use each;

impl Database {
    /// Connects.
    pub(crate) fn establish(url: &Url) -> Result<Self> {
        match url {
            Url::Sqlite(file) => SqliteConnection::establish(file).map(Self::Sqlite),
            #[cfg(feature = "postgres")]
            Url::Postgres(url) => PgConnection::establish(url).map(Self::Postgres),
            #[cfg(feature = "mysql")]
            Url::Mysql(url) => MysqlConnection::establish(url).map(Self::Mysql),
        }
        .context(format_args!("cannot open {url}"))
    }
}
