//! One statement: what kind it is, and what it changes.

use std::path::Path;

use super::super::Dialect;
use super::super::tokens::Token;
use super::change::{Change, Name};
use super::cursor::{Cursor, Source};
use super::database::Database;
use super::settings::{other_syntax, path, writes_schema};
use super::{Position, alter, create, triggers, unread};

/// What is wrong with a statement.
#[derive(Debug)]
pub(super) struct Complaint {
    /// Where, if not at its beginning.
    pub(super) start: Option<usize>,
    pub(super) message: String,
    unread: bool,
}

impl Complaint {
    pub(super) fn new(message: String) -> Self {
        Self {
            start: None,
            message,
            unread: false,
        }
    }

    /// It cannot be read; from `start` on, if that is known.
    pub(super) fn unread(start: Option<usize>) -> Self {
        Self {
            start,
            message: String::new(),
            unread: true,
        }
    }
}

/// What begins a statement that changes no key by itself.
const HARMLESS: &str = "abort analyze attach begin cache check checkpoint checksum close cluster comment commit \
    copy deallocate declare delete detach discard end explain fetch flush get grant handler \
    import insert install kill listen load lock merge move notify optimize pragma reassign \
    refresh reindex release repair replace reset revoke savepoint security select set show \
    start table truncate unlisten unlock update";

/// What runs other SQL.
const RUNS: [&str; 5] = ["do", "call", "exec", "execute", "prepare"];

/// Extensions that bring no tables along.
const TABLELESS: &str = "btree_gin btree_gist citext cube earthdistance fuzzystrmatch hstore intarray isn ltree \
    pg_trgm pgcrypto pgstattuple plpgsql tablefunc unaccent uuid-ossp vector";

/// Applies a statement to `database`.
pub(super) fn run(
    database: &mut Database,
    source: &Source<'_>,
    tokens: &[Token<'_>],
    file: &Path,
) -> Result<(), Complaint> {
    let changes = match changes(database, source, tokens) {
        Ok(changes) => changes,
        Err(complaint) if complaint.unread => {
            return unread::judge(database, source, tokens, complaint.start);
        }
        Err(complaint) => return Err(complaint),
    };
    let position = |start| Position {
        file: file.to_owned(),
        line: source.line(start),
    };
    let start = tokens.first().map_or(0, |token| token.start);
    for change in changes {
        database
            .apply(change, &position, start)
            .map_err(Complaint::new)?;
    }
    Ok(())
}

pub(super) fn changes(
    database: &mut Database,
    source: &Source<'_>,
    tokens: &[Token<'_>],
) -> Result<Vec<Change>, Complaint> {
    let mut cursor = Cursor::new(tokens, source.dialect);
    let unread = || Complaint::unread(None);
    if cursor.accept("create") {
        return created(database, source, cursor, tokens);
    }
    if cursor.accept("alter") {
        return altered(source, cursor);
    }
    if cursor.accept("drop") {
        return dropped(cursor, source.dialect);
    }
    if cursor.sees("rename") && source.dialect == Dialect::Mysql {
        return renamed(cursor).ok_or_else(unread);
    }
    if cursor.sees("rollback")
        && source.dialect != Dialect::Mysql
        && !tokens.iter().any(|token| token.is("prepared"))
    {
        return Err(Complaint::new(
            "a ROLLBACK undoes statements that were already read\n\
             help: leave out what it undoes"
                .to_owned(),
        ));
    }
    if let Some(change) = path(cursor) {
        return Ok(vec![change]);
    }
    if source.dialect == Dialect::Sqlite {
        writes_schema(tokens)?;
    }
    other_syntax(tokens)?;
    if RUNS.iter().any(|word| cursor.sees(word))
        || cursor.sees("set") && cursor.rest().get(1).is_some_and(|at| at.is_mark("@"))
    {
        return Err(unread());
    }
    let begin = cursor.rest().first();
    let known = begin.is_some_and(|first| {
        first.is_mark("(")
            || ["with", "values", "rollback", "vacuum", "xa"]
                .iter()
                .any(|word| first.is(word))
            || HARMLESS.split(' ').any(|word| first.is(word))
    });
    if !known {
        return Err(Complaint::new(format!(
            "this is no SQL statement that is known: `{}`\n\
             help: a migration is the SQL that the backend understands",
            unread::first_words(source, tokens)
        )));
    }
    if database.runs_routine(tokens) {
        return Err(unread());
    }
    Ok(Vec::new())
}

fn created(
    database: &mut Database,
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
            return create::table(source, cursor, temporary, or_replace);
        }
        return other(cursor).ok_or_else(unread);
    }
    if cursor.accept("index") {
        let start = tokens.first().map_or(0, |token| token.start);
        return create::index(source, cursor, unique && !keyless, start).ok_or_else(unread);
    }
    if cursor.accept_one(&["view", "sequence"]) {
        return other(cursor).ok_or_else(unread);
    }
    // `CREATE SCHEMA a CREATE TABLE b ..`
    if cursor.sees("schema") && tokens.iter().skip(1).any(|token| token.is("create")) {
        return Err(unread());
    }
    if cursor.sees("event") {
        return Err(unread());
    }
    if let Some(trigger) = triggers::created(tokens, source.dialect) {
        return Ok(vec![trigger]);
    }
    if cursor.sees("extension") {
        let known = |token: &Token<'_>| {
            TABLELESS
                .split(' ')
                .any(|name| name == token.text.trim_matches(['"', '\'']))
        };
        database.incomplete |= !tokens.iter().any(known);
    }
    database.note_routine(tokens);
    Ok(Vec::new())
}

/// A view, a sequence or a table without keys of its own. Indexes on it are of no interest.
fn other(mut cursor: Cursor<'_, '_>) -> Option<Vec<Change>> {
    cursor.accept("if not exists");
    Some(vec![Change::CreateOther(cursor.qualified()?)])
}

fn altered(source: &Source<'_>, mut cursor: Cursor<'_, '_>) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    while cursor.accept_one(&["online", "offline", "ignore", "foreign"]) {}
    if cursor.accept("table") {
        if cursor.sees("all in tablespace") {
            return Ok(Vec::new());
        }
        return alter::table(source, cursor);
    }
    if cursor.accept("index") {
        cursor.accept("if exists");
        let index = cursor.qualified().ok_or_else(unread)?;
        if cursor.accept("rename to") {
            let name = cursor.name().ok_or_else(unread)?;
            return Ok(vec![Change::RenameIndex { index, name }]);
        }
        return Ok(Vec::new());
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
        let mut name = cursor.qualified().ok_or_else(unread)?;
        if cursor.accept("rename to") {
            name.name = cursor.name().ok_or_else(unread)?;
        }
        return Ok(vec![Change::CreateOther(name)]);
    }
    Ok(Vec::new())
}

fn dropped(mut cursor: Cursor<'_, '_>, dialect: Dialect) -> Result<Vec<Change>, Complaint> {
    let unread = || Complaint::unread(None);
    cursor.accept_one(&["temporary", "foreign"]);
    let exists = |cursor: &mut Cursor<'_, '_>| cursor.accept("if exists");
    if cursor.accept_one(&["table", "tables"]) {
        let if_exists = exists(&mut cursor);
        let names = cursor.list().ok_or_else(unread)?;
        return Ok(vec![Change::DropTables { names, if_exists }]);
    }
    if cursor.accept("index") {
        cursor.accept("concurrently");
        let if_exists = exists(&mut cursor);
        let names = cursor.list().ok_or_else(unread)?;
        let table = if dialect == Dialect::Mysql {
            if !cursor.accept("on") {
                return Err(unread());
            }
            Some(cursor.qualified().ok_or_else(unread)?)
        } else {
            None
        };
        return Ok(vec![Change::DropIndexes {
            names,
            table,
            if_exists,
        }]);
    }
    if cursor.accept("materialized view") || cursor.accept_one(&["view", "sequence"]) {
        exists(&mut cursor);
        return Ok(vec![Change::DropOthers(cursor.list().ok_or_else(unread)?)]);
    }
    if cursor.accept_one(&["schema", "database"]) {
        exists(&mut cursor);
        let names = cursor.list().ok_or_else(unread)?;
        return Ok(vec![Change::DropSchemas(
            names.into_iter().map(|name| name.name).collect(),
        )]);
    }
    if cursor.accept("trigger") {
        return Ok(vec![triggers::dropped(cursor).ok_or_else(unread)?]);
    }
    // PostgreSQL drops the columns of a type with it, and the indexes that call a function.
    let cascade = cursor.rest().last().is_some_and(|last| last.is("cascade"));
    if cursor.accept("owned") {
        return Err(unread());
    }
    if !cascade {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let function = cursor.accept_one(&["function", "procedure", "routine", "aggregate"]);
    if !function {
        // What it is that goes.
        cursor.skip(1);
    }
    exists(&mut cursor);
    for token in cursor.rest() {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            // Parameters are no names of what is dropped.
            _ if depth == 0 && !token.is("cascade") => unread::collect(&[*token], &mut names),
            _ => {}
        }
    }
    Ok(vec![Change::DropCascade { names, function }])
}

/// `RENAME TABLE a TO b, c TO d`
fn renamed(mut cursor: Cursor<'_, '_>) -> Option<Vec<Change>> {
    cursor.skip(1);
    if !cursor.accept_one(&["table", "tables"]) {
        return Some(Vec::new());
    }
    cursor.accept("if exists");
    let mut changes = Vec::new();
    loop {
        let table = cursor.qualified()?;
        if cursor.accept("wait") {
            cursor.skip(1);
        }
        cursor.accept("nowait");
        if !cursor.accept("to") {
            return None;
        }
        changes.push(Change::RenameTable {
            table,
            name: cursor.qualified()?,
        });
        if !cursor.accept_mark(",") {
            return cursor.is_empty().then_some(changes);
        }
    }
}

/// The name of the table that a statement creates, where it can be told.
pub(super) fn created_table(tokens: &[Token<'_>], dialect: Dialect) -> Option<Name> {
    let mut cursor = Cursor::new(tokens, dialect);
    if !cursor.accept("create") {
        return None;
    }
    cursor.accept("or replace");
    while cursor.accept_one(&["temp", "temporary", "global", "local", "unlogged"]) {}
    if !cursor.accept("table") {
        return None;
    }
    cursor.accept("if not exists");
    cursor.qualified()
}
