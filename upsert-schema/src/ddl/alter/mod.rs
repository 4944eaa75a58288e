//! `ALTER`

mod add;
mod column;
mod order;
mod table;

use super::create::OPTIONS;
use super::cursor::{Cursor, Source};
use crate::Dialect;
use crate::change::{Change, Name};
use crate::complaint::Complaint;
use crate::sql::lexer::Token;

/// What is altered so that no key is another one.
const ALTERED: &str = "conversion database default extension function group instance language large library logfile \
    operator package policy procedure publication resource role routine rule server statistics subscription system \
    tablespace text trigger undo user";

/// What may be in the definition of a column or an index.
const DEFINITIONS: [&str; 7] = [
    "type",
    "domain",
    "collation",
    "function",
    "procedure",
    "routine",
    "aggregate",
];

/// What `ALTER` changes, from behind that word on.
pub(crate) fn changes(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    tokens: &[Token<'_>],
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    while cursor.accept_one(&["online", "offline", "ignore"])
        || cursor.sees("foreign table") && cursor.accept("foreign")
    {}
    if cursor.accept("table") {
        if cursor.sees("all in tablespace") {
            return Ok(Vec::new());
        }
        return table::table(source, cursor);
    }
    if cursor.accept("index") {
        return index(cursor).ok_or_else(unread);
    }
    if cursor.accept("schema") {
        let old = cursor.name().ok_or_else(unread)?;
        if cursor.accept("rename to") {
            let new = cursor.name().ok_or_else(unread)?;
            return Ok(vec![Change::RenameSchema { old, new }]);
        }
        return Ok(Vec::new());
    }
    if cursor.accept("materialized view") || cursor.accept_one(&["view", "sequence"]) {
        cursor.accept("if exists");
        let old = cursor.qualified().ok_or_else(unread)?;
        return Ok(other_name(old, cursor).into_iter().collect());
    }
    // MySQL's view with options, as it was created.
    if cursor.sees_one(&["algorithm", "definer", "sql"]) {
        let event = tokens.iter().take(OPTIONS).any(|token| token.is("event"));
        return if event { Err(unread()) } else { Ok(Vec::new()) };
    }
    if cursor.sees("event") && source.dialect == Dialect::Mysql {
        return Err(unread());
    }
    if source.dialect == Dialect::Postgres && cursor.accept_one(&DEFINITIONS) {
        return definition(cursor, tokens).ok_or_else(unread);
    }
    // It holds in the sessions that come.
    if cursor.sees_one(&["database", "role", "user"])
        && tokens.iter().any(|token| token.is("search_path"))
    {
        return Ok(vec![Change::LeavePath]);
    }
    let harmless =
        cursor.sees_word_of(ALTERED) || cursor.sees_one(&["event trigger", "foreign data wrapper"]);
    match harmless {
        true => Ok(Vec::new()),
        false => Err(source.unknown(tokens)),
    }
}

/// `ALTER INDEX`, from behind that on.
fn index(mut cursor: Cursor<'_, '_>) -> Option<Vec<Change>> {
    cursor.accept("if exists");
    if cursor.sees("all in tablespace") {
        return Some(Vec::new());
    }
    let index = cursor.qualified()?;
    if cursor.accept("rename to") {
        let name = cursor.name()?;
        return Some(vec![Change::RenameIndex { index, name }]);
    }
    let harmless = [
        "set",
        "reset",
        "attach partition",
        "alter",
        "depends",
        "no depends",
    ];
    cursor.sees_one(&harmless).then(Vec::new)
}

/// What may be in the definition of a column or an index, from its name on.
fn definition(mut cursor: Cursor<'_, '_>, tokens: &[Token<'_>]) -> Option<Vec<Change>> {
    let old = cursor.qualified()?;
    if tokens.iter().any(|token| token.is("attribute")) {
        return Some(vec![Change::AlterType(old.name)]);
    }
    if cursor.sees_mark("(") {
        cursor.group();
    }
    Some(match other_name(old.clone(), cursor) {
        Some(Change::RenameOther { new, .. }) => vec![
            Change::RenameOther {
                old: old.clone(),
                new: new.clone(),
            },
            Change::RenameDefinition {
                old: old.name,
                new: new.name,
            },
        ],
        _ => Vec::new(),
    })
}

/// What is called `old`, under its new name or in another schema.
fn other_name(old: Name, mut cursor: Cursor<'_, '_>) -> Option<Change> {
    let mut new = old.clone();
    if cursor.accept("rename to") {
        new.name = cursor.name()?;
    } else if cursor.accept("set schema") {
        new.schema = Some(cursor.name()?);
    } else {
        return None;
    }
    Some(Change::RenameOther { old, new })
}
