//! What SQLite takes for a conflict target.

use diesel::connection::LoadConnection;
use diesel::query_builder::QueryBuilder;
use diesel::result::Error::DatabaseError;
use diesel::sqlite::{Sqlite, SqliteQueryBuilder};
use diesel::{QueryResult, RunQueryDsl, sql_query};

use crate::dialect::{LiveElement, LiveIndex, LiveTable};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    Yes,
    No,
    Unknown(String),
}

/// Whether SQLite finds a unique index for the conflict target of these expressions, the columns of
/// `index`, and this predicate. The statement is [explained](https://sqlite.org/lang_explain.html),
/// so that it is prepared only.
pub(super) fn accepts<Conn>(
    conn: &mut Conn,
    table: &LiveTable,
    index: &LiveIndex,
    expressions: &[&str],
    predicate: Option<&str>,
) -> QueryResult<Accepted>
where
    Conn: LoadConnection<Backend = Sqlite>,
{
    let mut elements: Vec<String> = Vec::new();
    for element in &index.elements {
        if let LiveElement::Column(column) = element {
            elements.push(identifier(column)?);
        }
    }
    // The end of the line ends a comment.
    elements.extend(expressions.iter().map(|sql| format!("{sql}\n")));
    let predicate = predicate.map_or(String::new(), |sql| format!("WHERE ({sql}\n) "));
    let Some(column) = table.columns.iter().find(|column| !column.generated) else {
        return Ok(Accepted::Unknown("no column can be inserted".to_owned()));
    };
    let explain = format!(
        "EXPLAIN INSERT INTO {} ({}) VALUES (NULL) ON CONFLICT ({}) {predicate}DO NOTHING",
        table.name.sql,
        identifier(&column.name)?,
        elements.join(", "),
    );
    match sql_query(explain).execute(conn) {
        Ok(_) => Ok(Accepted::Yes),
        Err(DatabaseError(_, information)) => {
            let message = information.message();
            Ok(if message.starts_with(NO_SUCH_TARGET) {
                Accepted::No
            } else {
                Accepted::Unknown(message.to_owned())
            })
        }
        Err(error) => Err(error),
    }
}

/// What SQLite says where no index fits, in English whatever the locale is.
const NO_SUCH_TARGET: &str =
    "ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint";

fn identifier(name: &str) -> QueryResult<String> {
    let mut sql = SqliteQueryBuilder::new();
    sql.push_identifier(name)?;
    Ok(sql.finish())
}
