//! `CREATE`

mod index;
mod table;

use super::cursor::{Cursor, Source, find};
use super::select::selects_into;
use super::{routines, triggers};
use crate::Dialect;
use crate::change::{Change, Name};
use crate::complaint::Complaint;
use crate::sql::lexer::Token;

/// What is created that has no keys, and changes none.
const CREATED: &str = "access aggregate cast catalog collation conversion database default domain extension function \
    group language library logfile operator package policy procedural procedure publication resource role routine rule schema server \
    spatial statistics subscription tablespace text transform trusted type undo user";

/// Extensions that bring no tables along.
const TABLELESS: &str = "btree_gin btree_gist citext cube earthdistance fuzzystrmatch hstore intarray isn ltree \
    pg_trgm pgcrypto pgstattuple plpgsql tablefunc unaccent uuid-ossp vector";

/// More tokens than MySQL has before the kind of what is created or altered: `ALGORITHM = MERGE`,
/// `DEFINER = a@b`, `SQL SECURITY INVOKER`.
pub(super) const OPTIONS: usize = 24;

/// What `CREATE` changes, from behind that word on.
pub(crate) fn changes(
    source: &Source<'_>,
    mut cursor: Cursor<'_, '_>,
    tokens: &[Token<'_>],
) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    let or_replace = cursor.accept("or replace");
    let mut temporary = false;
    let mut unique = false;
    let mut keyless = false;
    loop {
        if cursor.accept_one(&["temp", "temporary"]) {
            temporary = true;
        } else if cursor.accept("unique") {
            unique = true;
        } else if cursor.accept_one(&[
            "foreign",
            "virtual",
            "fulltext",
            "spatial",
            "materialized",
            "recursive",
        ]) {
            keyless = true;
        } else if !cursor.accept_one(&["global", "local", "unlogged", "online", "offline"]) {
            break;
        }
    }
    if cursor.accept("table") {
        if !keyless {
            return table::table(source, cursor, temporary, or_replace);
        }
        return other(cursor, temporary).ok_or_else(unread);
    }
    if cursor.accept("index") {
        let start = tokens.first().map_or(0, |token| token.start);
        let index = index::index(source, cursor, unique && !keyless, start).ok_or_else(unread)?;
        return Ok(match or_replace {
            true => instead_of_old(index),
            false => index,
        });
    }
    if cursor.accept_one(&["view", "sequence"]) {
        return other(cursor, temporary).ok_or_else(unread);
    }
    if cursor.sees_one(&["algorithm", "definer", "sql", "json", "constraint"]) {
        cursor.skip(options(cursor).ok_or_else(unread)?);
        if cursor.accept("view") {
            return other(cursor, temporary).ok_or_else(unread);
        }
    }
    // `CREATE SCHEMA a CREATE TABLE b ..`
    if cursor.sees("schema") && tokens.iter().skip(1).any(|token| token.is("create")) {
        return Err(unread());
    }
    if cursor.sees("event") {
        return Err(unread());
    }
    if cursor.accept("trigger") {
        return Ok(vec![triggers::created(cursor, source.dialect, or_replace)]);
    }
    if cursor.sees("extension") {
        return Ok(extension(tokens));
    }
    if !cursor.sees_word_of(CREATED) {
        return Err(source.unknown(tokens));
    }
    let mut changes = routines::created(tokens, source.dialect);
    if cursor.accept("type") {
        let name = cursor.qualified().ok_or_else(unread)?;
        // One of several columns has a table's name.
        if cursor.accept("as") && cursor.sees_mark("(") {
            changes.push(Change::CreateOther(name));
        }
    }
    Ok(changes)
}

/// `CREATE OR REPLACE INDEX`
fn instead_of_old(mut changes: Vec<Change>) -> Vec<Change> {
    if let Some(Change::CreateIndex { table, key, .. }) = changes.first() {
        let old = Change::DropIndexes {
            names: vec![Name {
                schema: None,
                name: key.name.clone().unwrap_or_default(),
            }],
            table: Some(table.clone()),
            if_exists: true,
        };
        changes.insert(0, old);
    }
    changes
}

/// How many tokens there are before the kind in MySQL's
/// `CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW v` and
/// `CREATE JSON RELATIONAL DUALITY VIEW v`.
fn options(cursor: Cursor<'_, '_>) -> Option<usize> {
    let kinds = [
        "view",
        "function",
        "procedure",
        "event",
        "trigger",
        "package",
    ];
    let mut tokens = cursor.rest().iter().take(OPTIONS);
    tokens.position(|token| kinds.iter().any(|kind| token.is(kind)))
}

fn extension(tokens: &[Token<'_>]) -> Vec<Change> {
    let known = |token: &Token<'_>| {
        TABLELESS
            .split(' ')
            .any(|name| name == token.text.trim_matches(['"', '\'']))
    };
    match tokens.iter().any(known) {
        true => Vec::new(),
        false => vec![Change::CreateExtension],
    }
}

/// A view, a sequence or a table without keys of its own. Indexes on it are of no interest.
fn other(mut cursor: Cursor<'_, '_>, temporary: bool) -> Option<Vec<Change>> {
    cursor.accept("if not exists");
    let name = cursor.qualified()?;
    // A temporary one is in no schema.
    Some(match temporary {
        true => Vec::new(),
        false => vec![Change::CreateOther(name)],
    })
}

/// The name of the table that a statement creates, where it can be told.
pub(crate) fn created_table(tokens: &[Token<'_>], dialect: Dialect) -> Option<Name> {
    let mut cursor = Cursor::new(tokens, dialect);
    // `SELECT .. INTO TABLE a FROM ..`
    if selects_into(tokens, dialect) {
        cursor.skip(find(tokens, "into", dialect)? + 1);
        while cursor.accept_one(&["temp", "temporary", "unlogged", "table"]) {}
        return cursor.qualified();
    }
    if !cursor.accept("create") {
        return None;
    }
    // `CREATE SCHEMA a CREATE TABLE b (..)`
    if cursor.sees("schema") {
        let rest = cursor.rest();
        let at = find(rest, "create table", dialect)?;
        cursor.skip(at + 1);
    }
    cursor.accept("or replace");
    while cursor.accept_one(&["temp", "temporary", "global", "local", "unlogged"]) {}
    if !cursor.accept("table") {
        return None;
    }
    cursor.accept("if not exists");
    cursor.qualified()
}
