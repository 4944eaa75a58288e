//! `DROP`

use super::cursor::{Cursor, Parentheses, Source};
use super::triggers;
use crate::Dialect;
use crate::change::{Change, Goes, Name};
use crate::complaint::Complaint;
use crate::sql::lexer::{Token, words};

/// What is dropped without a key, unless it is with CASCADE.
const DROPPED: &str = "access aggregate cast catalog collation conversion domain event extension function group language \
    library logfile operator package policy prepare procedure publication resource role routine rule server spatial \
    statistics subscription tablespace text transform type undo user";

/// What is dropped with CASCADE, and no table or index needs.
const UNNEEDED: &str =
    "event group policy publication role rule server statistics subscription tablespace user";

/// The same, of more than one word: `EVENT TRIGGER`.
const FOREIGN: [&str; 3] = ["foreign data wrapper", "event trigger", "user mapping"];

/// What `DROP` changes, from behind that word on.
pub(crate) fn changes(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    tokens: &[Token<'_>],
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    let dialect = source.dialect;
    let cascade =
        dialect == Dialect::Postgres && tokens.last().is_some_and(|last| last.is("cascade"));
    cursor.accept("temporary");
    if cursor.sees("foreign table") {
        cursor.skip(1);
    }
    if cursor.accept_one(&["table", "tables"]) {
        let if_exists = cursor.accept("if exists");
        let names = cursor.list().ok_or_else(unread)?;
        let more = cascade.then(|| of_its_type(&names));
        let tables = Change::DropTables { names, if_exists };
        return Ok(std::iter::once(tables).chain(more).collect());
    }
    if cursor.accept("index") {
        return index(cursor, dialect).ok_or_else(unread);
    }
    if cursor.accept("materialized view") || cursor.accept_one(&["view", "sequence"]) {
        cursor.accept("if exists");
        let names = cursor.list().ok_or_else(unread)?;
        let more = cascade.then(|| of_its_type(&names));
        let others = Change::DropOthers(names);
        return Ok(std::iter::once(others).chain(more).collect());
    }
    if cursor.accept_one(&["schema", "database"]) {
        cursor.accept("if exists");
        let names = cursor.list().ok_or_else(unread)?;
        let schemas = Change::DropSchemas(names.into_iter().map(|name| name.name).collect());
        let more = cascade.then(|| Change::DropCascade {
            names: Vec::new(),
            goes: Goes::Anything,
        });
        return Ok(std::iter::once(schemas).chain(more).collect());
    }
    if cursor.accept("trigger") {
        return Ok(vec![triggers::dropped(cursor).ok_or_else(unread)?]);
    }
    if cursor.sees("owned") {
        return Ok(vec![Change::DropOwned]);
    }
    if !cursor.sees_word_of(DROPPED) && !cursor.sees_one(&FOREIGN) {
        return Err(source.unknown(tokens));
    }
    Ok(definition(cursor, cascade))
}

/// With a table go the columns that are of its type, and the functions on its rows.
fn of_its_type(names: &[Name]) -> Change {
    Change::DropCascade {
        names: names.iter().map(|name| name.name.clone()).collect(),
        goes: Goes::Type,
    }
}

/// `DROP INDEX`, from behind that on.
fn index(mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Option<Vec<Change>> {
    cursor.accept("concurrently");
    let if_exists = cursor.accept("if exists");
    let names = cursor.list()?;
    let table = match dialect {
        Dialect::Mysql if !cursor.accept("on") => return None,
        Dialect::Mysql => Some(cursor.qualified()?),
        Dialect::Postgres | Dialect::Sqlite => None,
    };
    Some(vec![Change::DropIndexes {
        names,
        table,
        if_exists,
    }])
}

/// What has no keys, and may be needed by what has some.
fn definition(kind: Cursor<'_, '_>, cascade: bool) -> Vec<Change> {
    let mut cursor = kind;
    cursor.skip(1);
    cursor.accept("if exists");
    // Parameters are no names of what is dropped.
    let mut parentheses = Parentheses::default();
    let named = cursor.rest().iter().copied();
    let named = named.filter(|token| parentheses.are_closed_at(token) && !token.is("cascade"));
    let names = words(&named.collect::<Vec<_>>());
    let mut changes = Vec::new();
    if kind.sees("type") {
        // One of several columns has a table's name.
        let types = names.iter().map(|name| Name {
            schema: None,
            name: name.clone(),
        });
        changes.push(Change::DropOthers(types.collect()));
    }
    if cascade && !kind.sees_word_of(UNNEEDED) && !kind.sees_one(&FOREIGN) {
        let goes = if kind.sees_one(&["function", "procedure", "routine", "aggregate"]) {
            Goes::Function
        } else if kind.sees_one(&["type", "domain", "collation"]) {
            Goes::Type
        } else {
            Goes::Anything
        };
        changes.push(Change::DropCascade { names, goes });
    }
    changes
}
