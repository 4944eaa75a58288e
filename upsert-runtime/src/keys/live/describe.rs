//! The declaration of the unique keys of a live database.

use diesel::QueryResult;
use diesel::connection::LoadConnection;
use upsert_schema::{Dialect, names};

use super::in_rust::sql;
use crate::dialect::Catalogue;
use crate::dialect::sql::dialect as sql_dialect;
use crate::keys::{LiveElement, LiveIndex, LiveTable};

/// The `unique_keys! { .. }` that declares the unique keys of a live database, to start from.
///
/// ```
/// # upsert_runtime::doctest_prelude!();
/// # use diesel::connection::SimpleConnection;
/// # let conn = &mut connection();
/// use upsert_runtime::keys::describe_unique_keys;
///
/// conn.batch_execute("CREATE UNIQUE INDEX home ON page_hits (lower(title)) WHERE page = '/'")?;
/// assert_eq!(
///     describe_unique_keys(conn)?,
///     r#"unique_keys! {
///     schema::page_hits:
///         home (lower(title)) where "page = '/'";
/// }
/// "#
/// );
/// # diesel::QueryResult::Ok(())
/// ```
///
/// It has the tables of the current schema (PostgreSQL), of the database (MySQL) or of `main`
/// (SQLite) that have a unique key besides the primary key, which `table!` knows; not Diesel's own
/// table of migrations, and no partitions. Tables and columns have the names that
/// [`diesel print-schema`](https://diesel.rs/guides/configuring-diesel-cli) gives them.
///
/// What cannot be the target of an upsert is a comment that says why: an index that is not valid, a
/// `DEFERRABLE` constraint, and the same key once more. The prefix of a MySQL column (`title(10)`)
/// is listed, for an upsert on another key can hit it. `INCLUDE` columns, the order and the
/// collation of a column make no difference to a key and are left out.
///
/// What is asked of the database is said at [`verify_unique_keys`](super::verify_unique_keys).
///
/// # Errors
///
/// Those of the database.
pub fn describe_unique_keys(
    conn: &mut impl LoadConnection<Backend: Catalogue>,
) -> QueryResult<String> {
    describe(conn)
}

fn describe<DB, Conn>(conn: &mut Conn) -> QueryResult<String>
where
    DB: Catalogue,
    Conn: LoadConnection<Backend = DB>,
{
    let mut names = DB::tables(conn)?;
    names.retain(|name| name.name != "__diesel_schema_migrations");
    names.sort();
    let mut text = "unique_keys! {\n".to_owned();
    for name in names {
        // It may have been dropped since.
        if let Some(table) = DB::table(conn, &name)? {
            text.push_str(&lines(&table, sql_dialect(DB::BACKEND)));
        }
    }
    text.push_str("}\n");
    Ok(text)
}

/// The keys of one table.
fn lines(table: &LiveTable, dialect: Dialect) -> String {
    let name = names::table(&table.name.name);
    let mut text = String::new();
    let mut keys: Vec<String> = Vec::new();
    let (primary, mut others): (Vec<_>, Vec<_>) = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .partition(|index| index.primary);
    others.sort_by_key(|index| &index.name);
    let mut seen: Vec<_> = primary.iter().map(|index| identity(index)).collect();
    for index in others {
        if let Some(why) = unusable(index) {
            text.push_str(&comment(table, index, why));
        } else if seen.contains(&identity(index)) {
            text.push_str(&comment(
                table,
                index,
                "which is a duplicate of another key",
            ));
        } else {
            seen.push(identity(index));
            keys.push(key(index, &name, dialect));
        }
    }
    if !keys.is_empty() {
        text.push_str(&format!("    schema::{name}:\n        "));
        text.push_str(&keys.join(",\n        "));
        text.push_str(";\n");
    }
    if let Some(reason) = &table.hidden {
        let text_of = format!("{}: {reason}", table.name.name);
        text.insert_str(
            0,
            &format!("    // not all of {}\n", text_of.escape_debug()),
        );
    }
    if !text.is_empty() && primary.is_empty() {
        let name = table.name.name.escape_debug();
        text.insert_str(
            0,
            &format!("    // {name} has no primary key, which `table!` wants:\n"),
        );
    }
    text
}

/// Why a statement cannot have it as its target.
fn unusable(index: &LiveIndex) -> Option<&'static str> {
    if !index.valid {
        Some("which is not valid: its creation failed or has not ended")
    } else if index.deferrable {
        Some("which is DEFERRABLE")
    } else if index.with_rowid {
        Some("which has the INTEGER PRIMARY KEY in it")
    } else {
        None
    }
}

/// Two indexes with the same are the same key.
fn identity(index: &LiveIndex) -> (Vec<String>, Option<String>) {
    let mut elements: Vec<_> = index.elements.iter().map(ToString::to_string).collect();
    elements.sort();
    (elements, index.predicate.clone())
}

/// A line about a key that is left out. No name ends the line.
fn comment(table: &LiveTable, index: &LiveIndex, why: &str) -> String {
    let text = format!("{} {} of {}", index.name, index.on(), table.name.name);
    format!("    // not {}, {why}\n", text.escape_debug())
}

fn key(index: &LiveIndex, table: &str, dialect: Dialect) -> String {
    let mut text = String::new();
    if index.named {
        text.push_str(&names::key(&index.name));
        text.push(' ');
    }
    let elements: Vec<_> = index
        .elements
        .iter()
        .map(|element| match element {
            LiveElement::Column(name) => names::column(name, table),
            other => sql(&other.to_string(), dialect),
        })
        .collect();
    text.push_str(&format!("({})", elements.join(", ")));
    if index.nulls_not_distinct {
        text.push_str(" nulls not distinct");
    }
    if let Some(predicate) = &index.predicate {
        text.push_str(" where ");
        text.push_str(&sql(predicate, dialect));
    }
    text
}
